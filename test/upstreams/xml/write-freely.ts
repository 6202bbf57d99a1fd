import type { XmlElement, XmlTree } from '../../../gateway/upstreams/xml/tree.ts';
import { NAMESPACES } from './arbitrary-tree.ts';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/**
 * A second writer, independent of the one under test: the same tree as another program might write it,
 * with other prefixes on every element, other quotes, CDATA, character references, comments,
 * instructions and layout. `choices` decides.
 */
export function writeFreely(tree: XmlTree, choices: readonly number[]): string {
  let turn = 0;
  const choose = <T>(...options: readonly T[]): T => {
    turn += 1;
    return options[(choices[turn % choices.length] ?? 0) % options.length]!;
  };
  const space = (): string => choose(' ', '\n', '\t', '\r\n ', '  ');
  const misc = (): string => choose('', '', '<!-- <a> & -->', "<?p it's <b> ?>");

  const [key] = Object.keys(tree);
  const head = choose('', '\uFEFF', "<?xml version='1.0' encoding='utf-8'?>\n", '<!-- x -->\n');
  return `${head}${element(key!, tree[key!]!)}${misc()}`;

  function element(key: string, value: XmlElement): string {
    const [uri, local] = expand(key, true);
    const prefix = choose('', 'p', 'q', 'z');
    const name = prefix === '' ? local : `${prefix}:${local}`;
    const declarations = [`${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}=${quote(uri)}`];
    if (value === null) {
      declarations.push(`xmlns:nix="${XSI}"`, `nix:nil="${choose('true', '1')}"`, 'id="dropped"');
      return tag(name, declarations, choose('', ' '), true);
    }
    if (typeof value === 'string') return tag(name, declarations, content(value), false);
    const object = value as Record<string, XmlElement>;
    let inner = '';
    // Beside text, white space is text.
    const layout = (): string => (!Object.hasOwn(object, '#text') ? choose('', '\n  ', ' ') + misc() : '');
    let number = 0;
    for (const child of Object.keys(object)) {
      const item = object[child]!;
      if (child.startsWith('@')) {
        const [attributeUri, attributeLocal] = expand(child.slice(1), false);
        let attribute = attributeLocal;
        if (attributeUri === 'xml') attribute = `xml:${attributeLocal}`;
        else if (attributeUri !== '') {
          attribute = `at${number}:${attributeLocal}`;
          declarations.push(`xmlns:at${number}=${quote(attributeUri)}`);
        }
        number += 1;
        declarations.push(`${attribute}${choose('=', ' = ', '=\n')}${quote(item as string)}`);
      } else if (child === '#text') {
        inner += content(item as string);
      } else {
        for (const one of Array.isArray(item) ? item : [item])
          inner += layout() + element(child, one) + layout();
      }
    }
    return tag(name, choices[0]! % 2 === 0 ? declarations : declarations.toReversed(), inner, false);
  }

  function tag(name: string, attributes: readonly string[], inner: string, nil: boolean): string {
    const start = `<${name}${attributes.map((attribute) => space() + attribute).join('')}${choose('', ' ')}`;
    return inner === '' && (nil || choose(true, false))
      ? `${start}/>`
      : `${start}>${inner}</${name}${choose('', ' ')}>`;
  }

  function expand(key: string, isElement: boolean): [uri: string, local: string] {
    if (key.startsWith('{')) return [key.slice(1, key.indexOf('}')), key.slice(key.indexOf('}') + 1)];
    if (key.startsWith('xml:')) return ['xml', key.slice(4)];
    if (key.startsWith('money:')) return [NAMESPACES.money, key.slice(6)];
    return [isElement ? NAMESPACES[''] : '', key];
  }

  function quote(value: string): string {
    const safe = value.replace(/[&<\n\t\r]/g, reference);
    return choose(true, false) ? `"${safe.replace(/"/g, '&quot;')}"` : `'${safe.replace(/'/g, '&#39;')}'`;
  }

  /** Text whose white space is kept, also where a reader drops layout. */
  function content(text: string): string {
    if (!/\r|\]\]>/.test(text) && text !== '' && choose(true, false)) return `<![CDATA[${text}]]>`;
    return text.replace(/[&<>\r]/g, reference);
  }

  function reference(character: string): string {
    const code = character.charCodeAt(0);
    return choose(`&#${code};`, `&#x${code.toString(16)};`, `&#x00${code.toString(16).toUpperCase()};`);
  }
}
