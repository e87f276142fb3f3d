// The call page in a tab of its own: its address says which call it is.

import { keepKey } from "../core/wire.js";
import { mount } from "./call-page.js";

keepKey();

const parts = location.pathname.split("/");
const session = decodeURIComponent(parts.at(-1));
document.title = `Call ${session}`;
mount(document.getElementById("call"), new URL("../", location.href), session);
