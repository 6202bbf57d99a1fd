import type { SdlDirective, SdlType } from './model.ts';

/** Specifications whose directives importers write, and the directives. */
const SPECIFICATIONS: readonly (readonly [url: string, names: readonly string[]])[] = [
  ['https://specs.apollo.dev/federation/v2.9', ['key', 'shareable']],
  ['https://specs.sluice.dev/connector/v0.1', ['grpc', 'xml', 'xmlNamespace', 'mapping']],
  ['https://specs.apollo.dev/connect/v0.4', ['source', 'connect']],
];

/** The links of a schema: to federation, and to what it uses of connectors; only that is imported. */
export function linksOf(
  types: readonly SdlType[],
  onSchema: readonly SdlDirective[] = [],
): readonly SdlDirective[] {
  const used = new Set([...onSchema, ...types.flatMap(directivesIn)].map(({ name }) => name));
  return SPECIFICATIONS.flatMap(([url, names], i): SdlDirective[] => {
    const imported = names.filter((name) => used.has(name)).map((name) => `@${name}`);
    if (imported.length === 0) return i === 0 ? [{ name: 'link', args: { url } }] : [];
    return [{ name: 'link', args: { url, import: imported } }];
  });
}

function directivesIn(type: SdlType): readonly SdlDirective[] {
  const inner = 'fields' in type ? type.fields : 'values' in type ? type.values : [];
  return [...(type.directives ?? []), ...inner.flatMap(({ directives }) => directives ?? [])];
}
