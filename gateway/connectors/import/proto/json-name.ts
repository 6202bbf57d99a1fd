/** The JSON name that protoc gives a field which has none of its own: each letter after `_` is a capital. */
export function camelCaseOf(name: string): string {
  return name.replace(/_+(.)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '');
}

/** A name as a mapping writes it; words that mean something in it, and names that are no names, are quoted. */
export function writtenName(jsonName: string): string {
  const isBare = /^[A-Za-z_]\w*$/.test(jsonName) && !['true', 'false', 'null'].includes(jsonName);
  return isBare ? jsonName : JSON.stringify(jsonName);
}
