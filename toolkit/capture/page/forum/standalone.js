// The forum page in a tab of its own: its address says which forum it is and, once chosen, whose screen.

import { keepKey } from "../core/wire.js";
import { mountForum } from "./forum-page.js";

keepKey();

const session = decodeURIComponent(location.pathname.split("/").at(-1));
document.title = `Forum ${session}`;
const address = new URL(location.href);
const joined = (role) => {
  address.search = `?as=${role}`;
  history.replaceState(null, "", address);
};
const screen = { role: address.searchParams.get("as") ?? "", joined };
mountForum(document.getElementById("forum"), new URL("../", location.href), session, new AbortController().signal, screen);
