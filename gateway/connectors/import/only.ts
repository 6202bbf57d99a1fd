/** Whether a full name matches one of the patterns, in which `*` is any text; all do if there are no patterns. */
export function acceptor(patterns: readonly string[] | undefined): (fullName: string) => boolean {
  if (patterns === undefined) return () => true;
  const tests = patterns.map((pattern) => pattern.split('*'));
  return (fullName) => tests.some((pieces) => matches(fullName, pieces));
}

/** In one pass, whatever the pattern: a regular expression of many `.*` would not end. */
function matches(fullName: string, [first = '', ...rest]: readonly string[]): boolean {
  const last = rest.pop();
  if (last === undefined) return fullName === first;
  if (!fullName.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = fullName.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return fullName.length - last.length >= at && fullName.endsWith(last);
}
