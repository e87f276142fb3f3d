// A concern that was flagged: with whom it is, and since when. What it is about is never told here.

/** Say how it stands with the concerns of a call; "" where there are none. */
export function concernSaid(call, now = Date.now()) {
  const { concerns } = call.view;
  const known = call.opened.care ?? [];
  if (!concerns.length) return "";
  // The server has not answered yet: nothing is claimed, and nobody waits for it.
  if (known.length < concerns.length) return "Concern flagged; not passed on yet. Tell the officer yourself if this stays.";
  const open = known.filter((each) => !each.acknowledged);
  const said = (open.length ? open : known.slice(-1)).map((each) => oneSaid(each, now));
  return said.join(" ");
}

function oneSaid({ id, since, acknowledged, by, falls, falls_at: at, rota }, now) {
  const start = `Concern ${id}: with the officer since ${since}`;
  if (acknowledged) return `${start}; acknowledged ${acknowledged} by the ${by}.`;
  const nobody = rota ? "" : " (nobody is on the rota)";
  if (now >= falls) return `${start}; fallen to the deputy at ${at}${nobody}, not acknowledged.`;
  return `${start}${nobody}; falls to the deputy at ${at} if not acknowledged.`;
}
