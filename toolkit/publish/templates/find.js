// Search on the index page of a run: headings, tables, figures and questions of all pages.
"use strict";
(() => {
    const field = document.getElementById("find-words");
    const said = document.getElementById("find-said");
    const all = document.getElementById("find-all");
    const entries = [...all.querySelectorAll("li")];
    const words = entries.map(entry => entry.textContent.toLowerCase());
    document.getElementById("find-box").hidden = false;
    field.addEventListener("input", () => {
        const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
        let count = 0;
        entries.forEach((entry, place) => {
            const shown = wanted.every(word => words[place].includes(word));
            entry.hidden = !shown;
            count += shown;
        });
        all.open = wanted.length > 0;
        said.textContent = wanted.length ? `${count} of ${entries.length} places` : "";
    });
})();
