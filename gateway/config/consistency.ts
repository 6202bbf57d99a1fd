import type { Problem } from '../problem.ts';
import type { ConfigSource, Path } from './source.ts';
import { suggest } from './suggest.ts';
import { checkVariants } from './variant-places.ts';

type Mapping = Readonly<Record<string, unknown>>;

/**
 * What no single option can know: options that exclude, need or name each other. Works on raw
 * data, so that these problems are reported together with all others.
 */
export function checkConsistency(data: unknown, source: ConfigSource): Problem[] {
  if (typeof data !== 'object' || Array.isArray(data)) return [];
  const root = mapping(data);
  return [
    ...checkGraph(root, source),
    ...checkSubgraphs(root, source),
    ...checkSources(root, source),
    ...checkClientCertificates(root, source),
    ...checkBackendNames(root, source),
    ...checkRegistry(root, source),
    ...checkVariants(root['variants'], source),
  ];
}

function checkGraph(root: Mapping, source: ConfigSource): Problem[] {
  const composed = root['supergraph'] !== undefined;
  const parts = Object.keys(mapping(root['subgraphs'])).length > 0;
  const isEmpty = root['subgraphs'] !== undefined && mapping(root['registry'])['store'] !== 'none';
  if (composed && parts) {
    return [
      conflict(source, ['supergraph'], 'Both supergraph and subgraphs are given.', 'Keep one of the two.'),
    ];
  }
  if (composed || parts || isEmpty) return [];
  const message = 'There is no graph to serve.';
  const fix =
    'Add subgraphs: { <name>: { schema: <file> } }, or supergraph: { file: <file> }; or "subgraphs: {}" with a registry, to register all of them.';
  return [source.problemAt(['subgraphs'], { code: 'CONFIG_MISSING', message, fix }, 'key')];
}

function checkSubgraphs(root: Mapping, source: ConfigSource): Problem[] {
  return entries(root['subgraphs']).flatMap(([name, subgraph]) => {
    if (subgraph['url'] === undefined || subgraph['resolvers'] === undefined) return [];
    const message = `subgraphs.${name} has url and resolvers; resolvers run in the gateway, for subgraphs without a url.`;
    return [conflict(source, ['subgraphs', name, 'resolvers'], message, 'Keep one of the two.')];
  });
}

function checkSources(root: Mapping, source: ConfigSource): Problem[] {
  const subgraphs = Object.keys(mapping(root['subgraphs']));
  const sources = mapping(mapping(root['connectors'])['sources']);
  return Object.keys(sources).flatMap((key) => {
    const subgraph = key.slice(0, key.indexOf('.'));
    if (!key.includes('.') || subgraphs.includes(subgraph)) return [];
    const nearest = suggest(subgraph, subgraphs);
    const code = 'CONFIG_UNKNOWN_REFERENCE';
    const message = `connectors.sources["${key}"]: there is no subgraph "${subgraph}".`;
    const fix = nearest === undefined ? 'Name it <subgraph>.<source>.' : `Did you mean "${nearest}"?`;
    return [source.problemAt(['connectors', 'sources', key], { code, message, fix }, 'key')];
  });
}

function checkClientCertificates(root: Mapping, source: ConfigSource): Problem[] {
  return entries(root['upstreams']).flatMap(([name, upstream]) => {
    const tls = mapping(upstream['tls']);
    if ((tls['cert'] === undefined) === (tls['key'] === undefined)) return [];
    const message = `upstreams.${name}.tls: cert and key belong together.`;
    return [conflict(source, ['upstreams', name, 'tls'], message, 'Give both, or none.')];
  });
}

function checkBackendNames(root: Mapping, source: ConfigSource): Problem[] {
  const backends = mapping(root['demo'])['backends'];
  if (!Array.isArray(backends)) return [];
  const seen = new Set<unknown>();
  return backends.flatMap((backend: unknown, index) => {
    const name = mapping(backend)['name'];
    if (name === undefined || !seen.has(name)) {
      seen.add(name);
      return [];
    }
    const message = `Two demo backends are called ${JSON.stringify(name)}.`;
    return [conflict(source, ['demo', 'backends', index, 'name'], message, 'Give each a name of its own.')];
  });
}

function checkRegistry(root: Mapping, source: ConfigSource): Problem[] {
  const registry = mapping(root['registry']);
  const problems: Problem[] = [];
  if (registry['store'] === 'redis' && registry['redis'] === undefined)
    problems.push(
      conflict(
        source,
        ['registry', 'store'],
        'registry.store is redis, without an address.',
        'Give registry.redis.url.',
      ),
    );
  const tokens = mapping(root['admin'])['tokens'];
  if (!Array.isArray(tokens)) return problems;
  const names = tokens.map((token) => mapping(token)['name']);
  names.forEach((name, index) => {
    if (name === undefined || names.indexOf(name) === index) return;
    const message = `Two admin tokens are called ${JSON.stringify(name)}.`;
    problems.push(
      conflict(source, ['admin', 'tokens', index, 'name'], message, 'Give each a name of its own.'),
    );
  });
  return problems;
}

function conflict(source: ConfigSource, path: Path, message: string, fix: string): Problem {
  return source.problemAt(path, { code: 'CONFIG_CONFLICT', message, fix }, 'key');
}

function entries(value: unknown): [string, Mapping][] {
  return Object.entries(mapping(value)).map(([key, item]) => [key, mapping(item)]);
}

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
