import * as fc from 'fast-check';
import { parse, valueFromASTUntyped } from 'graphql';
import type { DirectiveNode, ObjectTypeDefinitionNode } from 'graphql';
import { describe, expect, test } from 'vitest';
import { linksOf } from '../../../gateway/connectors/import/sdl/links.ts';
import type { SdlDirective, SdlType, SdlValue } from '../../../gateway/connectors/import/sdl/model.ts';
import { printSdl } from '../../../gateway/connectors/import/sdl/print.ts';
import { scalarTypes } from '../../../gateway/connectors/import/sdl/scalars.ts';
import { descriptionText, quoted } from '../../../gateway/connectors/import/sdl/strings.ts';
import { directiveText } from '../../../gateway/connectors/import/sdl/values.ts';

const schema = (...types: SdlType[]) => printSdl({ directives: [], types });
const field = (name: string, type: string, directives: SdlDirective[] = []) => ({ name, type, directives });

describe('what is written is what GraphQL reads', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\r', ' ', '\t', 'a', '\u0000', '\u007f', '#') }),
  );

  test('any text as a description, with quotes, backslashes and control characters', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const type = { kind: 'type', name: 'T', description: text, fields: [] } as const;
        const sdl = schema({
          ...type,
          fields: [
            {
              name: 'f',
              type: 'Int',
              description: text,
              args: [{ name: 'a', type: 'Int', description: text }],
            },
          ],
        });
        const [node] = parse(sdl).definitions as ObjectTypeDefinitionNode[];
        const squeezed = (value = '') => value.replace(/[^!-~]/g, '');
        for (const { description } of [node!, node!.fields![0]!, node!.fields![0]!.arguments![0]!])
          expect(squeezed(description?.value)).toBe(squeezed(text));
      }),
    );
  });

  test('any value as the argument of a directive, to the letter', () => {
    const { value } = fc.letrec<{ value: SdlValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        texts.map((t) => t.toWellFormed()),
        fc.boolean(),
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,20}$/), tie('value'), {
          maxKeys: 4,
          noNullPrototype: true,
        }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2, 4), (given, indent) => {
        const sdl = `type T ${directiveText({ name: 'd', args: { given } }, indent)} { f: Int }`;
        const [node] = parse(sdl).definitions as ObjectTypeDefinitionNode[];
        const [directive] = node!.directives as readonly DirectiveNode[];
        expect(plain(valueFromASTUntyped(directive!.arguments![0]!.value))).toEqual(given);
      }),
    );
  });

  // graphql-js makes objects without a prototype.
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
});

describe('the layout is that of a person', () => {
  test('what fits a line stays on one; what does not has an argument a line', () => {
    const mapping = { name: 'mapping', args: { selection: 'a b' } };
    const long = { name: 'mapping', args: { selection: 'word '.repeat(20), entity: true } };
    expect(
      schema(
        { kind: 'type', name: 'Short', directives: [mapping], fields: [field('a', 'Int')] },
        { kind: 'type', name: 'Long', directives: [mapping, long], fields: [field('a', 'Int')] },
        { kind: 'type', name: 'Root', fields: [field('a', 'Int', [long]), field('b', 'Int!')] },
      ),
    ).toBe(`type Short @mapping(selection: "a b") {
  a: Int
}

type Long
  @mapping(selection: "a b")
  @mapping(
    selection: "${'word '.repeat(20)}"
    entity: true
  ) {
  a: Int
}

type Root {
  a: Int
    @mapping(
      selection: "${'word '.repeat(20)}"
      entity: true
    )

  b: Int!
}
`);
  });

  test('a mapping with lines or quotes is a block, also inside of an object', () => {
    const http = { GET: '/a', body: 'a: "x"', headers: [{ name: 'h', value: '"v"' }] };
    expect(directiveText({ name: 'connect', args: { http, selection: 'a\nb {\n  c\n}' } }, 2)).toBe(`@connect(
    http: {
      GET: "/a"
      body: """
      a: "x"
      """
      headers: [{ name: "h", value: "\\"v\\"" }]
    }
    selection: """
    a
    b {
      c
    }
    """
  )`);
  });

  test('a long list has an item a line, a long union a member a line', () => {
    const name = 'Member'.repeat(5);
    const members = [1, 2, 3, 4].map((i) => name + i);
    expect(schema({ kind: 'union', name: 'U', members })).toBe(`union U =\n  | ${members.join('\n  | ')}\n`);
    expect(directiveText({ name: 'd', args: { a: members } }, 0)).toBe(
      `@d(\n  a: [\n${members.map((m) => `    "${m}"`).join('\n')}\n  ]\n)`,
    );
  });

  test('a description is a line, or paragraphs of the width of the page; code and tables stay', () => {
    const code = `    ${'x '.repeat(80)}y`;
    expect(descriptionText('  A "word".\r\n', 2)).toBe('  "A \\"word\\"."\n');
    const lines = descriptionText(`${'word '.repeat(50)}\n\n${code}\n\nMore.`, 2).split('\n');
    expect(lines.filter((line) => line.length > 110)).toEqual([`  ${code}`]);
    expect(lines[0]).toBe('  """');
    expect(descriptionText(' \n\u0000', 0)).toBe('');
  });

  test('kinds, interfaces, defaults, values and comments', () => {
    const sdl = printSdl({
      title: 'An API\nof "mine"',
      directives: linksOf([{ kind: 'type', name: 'T', directives: [{ name: 'key' }], fields: [] }]),
      types: [
        ...scalarTypes(['JSON', 'Int', 'Date', 'JSON'], { JSON: 'Any.' }),
        {
          kind: 'enum',
          name: 'E',
          values: [{ name: 'A', directives: [{ name: 'mapping', args: { from: 'a"' } }] }],
        },
        { kind: 'interface', name: 'I', fields: [field('a', 'Int')] },
        { kind: 'type', name: 'T', implements: ['I', 'J'], fields: [field('a', 'Int')] },
        { kind: 'input', name: 'N', fields: [{ name: 'a', type: 'String', defaultValue: quoted('x"') }] },
      ],
    });
    expect(sdl).toBe(`# An API of "mine"
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

"A day, \`2026-03-01\`."
scalar Date
"Any."
scalar JSON

enum E {
  A @mapping(from: "a\\"")
}

interface I {
  a: Int
}

type T implements I & J {
  a: Int
}

input N {
  a: String = "x\\""
}
`);
  });
});
