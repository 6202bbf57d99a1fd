import { describe, expect, test } from 'vitest';
import type { FileDescriptor } from '../../../../gateway/connectors/import/proto/descriptors.ts';
import { printProto } from '../../../../gateway/connectors/import/proto/print-proto.ts';
import { loadProtoTexts } from '../../../../gateway/upstreams/grpc/registry.ts';

/** The text, which must be one that the gateway loads. */
function printed(file: FileDescriptor): string {
  const text = printProto(file);
  const { problems } = loadProtoTexts(new Map([[file.name, text]]));
  expect(problems, text).toEqual([]);
  return text;
}

const field = (name: string, number: number, type: string, more = {}) => ({
  name,
  number,
  type: `TYPE_${type}`,
  label: 'LABEL_OPTIONAL',
  ...more,
});

describe('a descriptor as text', () => {
  test('of proto2: labels, groups, enums', () => {
    const message = {
      name: 'M',
      field: [
        field('a', 1, 'INT32', { label: 'LABEL_REQUIRED' }),
        field('part', 2, 'GROUP', { label: 'LABEL_REPEATED', typeName: '.p.M.Part' }),
        field('e', 3, 'ENUM', { typeName: '.p.M.E', options: { deprecated: true } }),
      ],
      nestedType: [{ name: 'Part', field: [field('x', 1, 'STRING')] }],
      enumType: [
        {
          name: 'E',
          value: [
            { name: 'ONE', number: 1 },
            { name: 'MINUS', number: -1 },
          ],
        },
      ],
    };
    const text = printed({ name: 'a.proto', package: 'p', messageType: [message] });
    expect(text).toContain('syntax = "proto2";');
    expect(text).toContain('required int32 a = 1;');
    expect(text).toContain('repeated group Part = 2 {\n    optional string x = 1;');
    expect(text).toContain('optional .p.M.E e = 3 [deprecated = true];');
    expect(text).toContain('MINUS = -1;');
  });

  test('of proto3: optional, oneofs where their first member stands, maps, JSON names, comments, google.api', () => {
    const message = {
      name: 'M',
      options: { resource: { type: 'x.com/M' } },
      field: [
        field('a_b', 1, 'STRING', { jsonName: 'aB', proto3Optional: true, oneofIndex: 1 }),
        field('c', 2, 'STRING', { oneofIndex: 0 }),
        field('m', 3, 'MESSAGE', { label: 'LABEL_REPEATED', typeName: '.p.M.MEntry' }),
        field('d', 4, 'BYTES', { oneofIndex: 0, jsonName: 'dee' }),
        field('r', 5, 'STRING', {
          options: { fieldBehavior: [2], resourceReference: { type: 'x.com/"A"' } },
        }),
      ],
      oneofDecl: [{ name: 'choice' }, { name: '_a_b' }],
      nestedType: [
        {
          name: 'MEntry',
          options: { mapEntry: true },
          field: [field('key', 1, 'STRING'), field('value', 2, 'MESSAGE', { typeName: '.p.M' })],
        },
      ],
    };
    const location = [{ path: [4, 0], leadingComments: ' About M.\n On two lines.\n' }];
    const text = printed({
      name: 'a.proto',
      syntax: 'proto3',
      package: 'p',
      messageType: [message],
      sourceCodeInfo: { location },
    });
    expect(text).toContain('// About M.\n// On two lines.\nmessage M {');
    expect(text).toContain(
      '  optional string a_b = 1;\n  oneof choice {\n    string c = 2;\n    bytes d = 4 [json_name = "dee"];\n  }\n  map<string, .p.M> m = 3;',
    );
    expect(text).toContain(
      '(google.api.field_behavior) = 2, (google.api.resource_reference).type = "x.com/\\"A\\""',
    );
    expect(text).toContain('option (google.api.resource) = { type: "x.com/M" };');
  });

  test('of an edition: features instead of labels', () => {
    const message = {
      name: 'M',
      field: [
        field('a', 1, 'STRING', { options: { features: { fieldPresence: 'IMPLICIT' } } }),
        field('g', 2, 'GROUP', { typeName: '.M' }),
      ],
    };
    const text = printed({
      name: 'a.proto',
      syntax: 'editions',
      edition: 'EDITION_2023',
      messageType: [message],
    });
    expect(text).toContain('edition = "2023";');
    expect(text).toContain('string a = 1 [features.field_presence = IMPLICIT];');
    expect(text).toContain('.M g = 2 [features.message_encoding = DELIMITED];');
  });

  test.each<[string, Partial<FileDescriptor>]>([
    ['a name that is none', { messageType: [{ name: 'M {} import "x"; message N' }] }],
    ['a package that is none', { package: 'a; import "x"' }],
    ['an import with a line break', { dependency: ['a"\nimport "b'] }],
    [
      'a type that is none',
      { messageType: [{ name: 'M', field: [field('a', 1, 'MESSAGE', { typeName: 'x y' })] }] },
    ],
  ])('cannot be made to say more than a descriptor may: %s', (_, more) => {
    expect(() => printProto({ name: 'a.proto', syntax: 'proto3', ...more })).toThrow(TypeError);
  });

  test('a comment cannot end early', () => {
    const location = [{ path: [4, 0], leadingComments: 'one\rmessage Two {}\u2028message Three {}' }];
    const text = printed({
      name: 'a.proto',
      syntax: 'proto3',
      messageType: [{ name: 'M' }],
      sourceCodeInfo: { location },
    });
    expect(text.split('\n').filter((line) => line.startsWith('message'))).toEqual(['message M {']);
  });
});
