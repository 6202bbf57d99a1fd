/** What clients see of a large company's graph, and how much of it one client asks. */
export interface LargeApiOptions {
  readonly types: number;
  readonly fieldsPerType: number;
  readonly operations: number;
}

export interface LargeApi {
  readonly sdl: string;
  /** Documents by the name of their file. */
  readonly documents: ReadonlyMap<string, string>;
}

const SCALARS = ['ID!', 'String', 'Int!', 'Float', 'Boolean!', 'DateTime', 'Decimal'] as const;

/** Object types that refer to each other, an input type and an enum with every tenth of them; operations two levels deep. */
export function largeApi({ types, fieldsPerType, operations }: LargeApiOptions): LargeApi {
  const parts = ['scalar DateTime', 'scalar Decimal', 'interface Node {\n  id: ID!\n}'];
  const roots: string[] = [];
  for (let type = 0; type < types; type++) {
    if (type % 10 === 8) parts.push(`input T${type} {\n${fieldsOf(type, fieldsPerType, () => 'String')}\n}`);
    else if (type % 10 === 9) parts.push(`enum T${type} {\n${valuesOf(type, fieldsPerType)}\n}`);
    else {
      parts.push(
        `"""Type ${type} of a service."""\ntype T${type} implements Node {\n${fieldsOf(type, fieldsPerType, (field) => outputOf(type, field, types))}\n}`,
      );
      const input = Math.min(type - (type % 10) + 8, types - 1);
      roots.push(`  t${type}(id: ID!${input % 10 === 8 ? `, filter: T${input}` : ''}): T${type}`);
    }
  }
  parts.push(`type Query {\n${roots.join('\n')}\n}`);
  return { sdl: `${parts.join('\n\n')}\n`, documents: documentsOf(operations, types) };
}

function fieldsOf(type: number, count: number, typeOf: (field: number) => string): string {
  return Array.from({ length: count }, (_, field) =>
    field === 0 ? '  id: ID!' : `  "Field ${field} of type ${type}."\n  f${field}: ${typeOf(field)}`,
  ).join('\n');
}

function valuesOf(type: number, count: number): string {
  return Array.from({ length: count }, (_, value) => `  T${type}_V${value}`).join('\n');
}

/** Every fifth field is another object, and every tenth a list of them. */
function outputOf(type: number, field: number, types: number): string {
  if (field % 5 !== 0) return field === 1 ? enumNear(type, types) : SCALARS[field % SCALARS.length]!;
  const target = objectNear(type * 7 + field, types);
  return field % 10 === 0 ? `[T${target}!]!` : `T${target}`;
}

function objectNear(wanted: number, types: number): number {
  const index = wanted % types;
  return index - Math.max(0, (index % 10) - 7);
}

function enumNear(type: number, types: number): string {
  const index = type - (type % 10) + 9;
  return index < types ? `T${index}` : 'String';
}

function documentsOf(operations: number, types: number): Map<string, string> {
  const documents = new Map<string, string>();
  for (let number = 0; number < operations; number++) {
    const root = objectNear(number * 13, types);
    documents.set(
      `operation-${number}.graphql`,
      `query Operation${number}($id: ID!) {\n  t${root}(id: $id) {\n    id\n    f1\n    f2\n    f5 {\n      id\n      f3\n    }\n    f10 {\n      id\n      f4\n    }\n  }\n}\n`,
    );
  }
  return documents;
}
