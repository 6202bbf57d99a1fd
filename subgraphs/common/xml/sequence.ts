import { HttpFault } from '../http/fault.ts';
import type { FieldProblem } from '../http/fault.ts';
import type { XmlElement } from './read.ts';

/** Collects what is wrong with the values of a document, so that one fault names all of it. */
export class Problems {
  readonly #fields: FieldProblem[] = [];

  add(path: string, message: string): void {
    this.#fields.push({ path, message });
  }

  /** The value, or `fallback` and a problem if it does not match. */
  match(path: string, value: string | undefined, pattern: RegExp, wanted: string, fallback = ''): string {
    if (value !== undefined && pattern.test(value)) return value;
    this.add(path, value === undefined ? `is missing; it must be ${wanted}` : `must be ${wanted}`);
    return fallback;
  }

  /** @throws HttpFault 400 naming every problem, if there are any */
  throwIfAny(): void {
    if (this.#fields.length === 0) return;
    throw new HttpFault(400, 'VALIDATION_FAILED', 'Some values are not acceptable.', {
      fields: this.#fields,
    });
  }
}

/** Reads the children of an element one after the other, in the order that the schema prescribes. */
export class Sequence {
  readonly #parent: XmlElement;
  readonly #path: string;
  readonly #namespace: string;
  #at = 0;

  /** @param path of the parent in faults; empty for the root */
  constructor(parent: XmlElement, path: string, namespace = parent.namespace) {
    this.#parent = parent;
    this.#path = path;
    this.#namespace = namespace;
    if (parent.children.length > 0 && parent.text.trim() !== '') {
      throw structureFault(path, 'has text between its elements');
    }
  }

  /** The next child if it has one of these names, in the namespace of the sequence unless another is given. */
  optional(names: readonly string[], namespace = this.#namespace): XmlElement | undefined {
    const child = this.#parent.children[this.#at];
    if (child === undefined || child.namespace !== namespace || !names.includes(child.name)) return undefined;
    this.#at++;
    return child;
  }

  /** @throws HttpFault 400 if the next child is another one or none */
  required(names: readonly string[]): XmlElement {
    const child = this.optional(names);
    if (child !== undefined) return child;
    const found = this.#parent.children[this.#at];
    const wanted = names.join(' or ');
    throw found === undefined
      ? structureFault(this.#join(wanted), 'is missing')
      : structureFault(
          this.#join(found.name),
          `is not expected here; ${wanted} is (order and namespace matter)`,
        );
  }

  /** Every next child of that name, with its path. */
  all(name: string): { readonly element: XmlElement; readonly path: string }[] {
    const found: { element: XmlElement; path: string }[] = [];
    for (let element = this.optional([name]); element !== undefined; element = this.optional([name])) {
      found.push({ element, path: this.#join(`${name}[${found.length + 1}]`) });
    }
    return found;
  }

  /** @throws HttpFault 400 if a child is left that nobody took */
  end(): void {
    const found = this.#parent.children[this.#at];
    if (found === undefined) return;
    throw structureFault(this.#join(found.name), 'is not expected here (order and namespace matter)');
  }

  #join(name: string): string {
    return this.#path === '' ? name : `${this.#path}/${name}`;
  }
}

function structureFault(path: string, message: string): HttpFault {
  return new HttpFault(400, 'UNEXPECTED_STRUCTURE', 'The document does not follow its schema.', {
    fields: [{ path, message }],
  });
}
