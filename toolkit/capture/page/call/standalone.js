// The call page on its own: which call it is stands in the address.

import { mount } from "./call-page.js";

const parts = location.pathname.split("/");
const session = decodeURIComponent(parts.at(-1));
document.title = `Call ${session}`;
mount(document.getElementById("call"), new URL("../", location.href), session);
