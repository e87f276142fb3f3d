// The command palette: all commands in one list, to type what you want. What has no key is reached by it too.

import { pick } from "../elements/picker.js";
import { t } from "../words/languages.js";
import { run } from "./shortcuts.js";

/**
 * Let somebody choose a command; it is carried out as if its key had been pressed where the cursor was.
 *
 * @param {object} page As for `listen`; `can(command)` says whether there is any sense in it now, and `detail(command)`
 *   what it would act on.
 */
export async function palette(page) {
  const from = document.activeElement;
  const offered = page.commands.filter(([command]) => command !== "palette" && page.can(command));
  const chosen = await pick(t("What do you want to do?"), offered.map(([command, keys, what]) => ({
    value: command, name: sentence(t(what)), more: [page.detail(command), keys].filter(Boolean).join(" · "),
  })));
  if (chosen) run(chosen, from?.isConnected ? from : null, page);
}

function sentence(text) {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}
