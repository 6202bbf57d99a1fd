/** The JSON name that protoc gives a field which has none of its own: each letter after `_` is a capital. */
export function camelCaseOf(name: string): string {
  return name.replace(/_+(.)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '');
}
