/**
 * A document: an object with one key, the name of the root element.
 * An element: its text; `''` if it is empty; `null` if it is nil; otherwise `{"@attribute": text, "#text": text, child: element or list of elements}`.
 */
export type XmlTree = Record<string, XmlElement>;
export type XmlElement = string | null | XmlElement[] | { [key: string]: XmlElement };

/** Sets an own property whatever its name: `__proto__` is an element's name like any other. */
export function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}
