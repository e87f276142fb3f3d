// The only part of the page that a notebook contains: it loads the rest from the Jupyter server that shows the notebook.
//
// `show` stands before this text: the name of the page, see toolkit/capture/notebook.py.

const ELSEWHERE =
  "The page cannot be shown here: this is no JupyterLab with the capture service. Start one with: toolkit lab";

async function render({ model, el }) {
  try {
    const settings = JSON.parse(document.getElementById("jupyter-config-data").textContent);
    const base = new URL(`${settings.baseUrl}toolkit/`, location.href);
    const notebook = await import(new URL("page/notebook/notebook-page.js", base).href);
    return await notebook.show(show, model, el, base);
  } catch {
    el.textContent = ELSEWHERE;
    return undefined;
  }
}

export default { render };
