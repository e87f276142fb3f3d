// The forum page on its own: which forum it is stands in the address, and whose screen, once that was said.

import { mountForum } from "./forum-page.js";

const session = decodeURIComponent(location.pathname.split("/").at(-1));
document.title = `Forum ${session}`;
const address = new URL(location.href);
const joined = (role) => {
  address.search = `?as=${role}`;
  history.replaceState(null, "", address);
};
const screen = { role: address.searchParams.get("as") ?? "", joined };
mountForum(document.getElementById("forum"), new URL("../", location.href), session, new AbortController().signal, screen);
