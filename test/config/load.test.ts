import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectorSource, loadConfig } from '../../gateway/config/load.ts';
import type { Config } from '../../gateway/config/schema.ts';
import type { Problem } from '../../gateway/problem.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  mkdirSync(join(folder, 'protos'));
  for (const file of ['a.graphql', 'super.graphql', 'a.proto', 'resolvers.ts']) {
    writeFileSync(join(folder, file), '');
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

const load = (text: string, env: Record<string, string> = {}) =>
  loadConfig({ file: join(folder, 'sluice.yaml'), text, env });

function configOf(text: string, env: Record<string, string> = {}): Config {
  const { config, problems } = load(text, env);
  expect(problems).toBeUndefined();
  return config!;
}

/** `line:column code message | fix` for each problem. */
function problemsOf(text: string, env: Record<string, string> = {}): string[] {
  const { problems = [] } = load(text, env);
  return problems.map(
    ({ line, column, code, message, fix }: Problem) =>
      `${line}:${column} ${code} ${message}${fix === undefined ? '' : ` | ${fix}`}`,
  );
}

const GRAPH = 'supergraph: { file: super.graphql }\n';

describe('a correct file', () => {
  test('becomes complete: what it does not mention has its default', () => {
    const config = configOf(GRAPH);
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 4000, adminPort: 4001 });
    expect(config.deadlineMs).toBe(30_000);
    expect(config.limits.bodyBytes).toBe(1_000_000);
    expect(config.supergraph).toMatchObject({ timeoutMs: 5000, urls: {}, headers: { forward: [], set: {} } });
  });

  test('is frozen all the way down', () => {
    const config = configOf(
      `${GRAPH}upstreams:\n  a: { wire: json, url: http://localhost:1, headers: { set: { x-a: b } } }\n`,
    );
    expect(() => Object.assign(config.server, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config.upstreams['a']!.headers.set, { b: 'c' })).toThrow(TypeError);
  });

  test('has its relative paths resolved against its own folder', () => {
    const config = configOf(
      `upstreams:\n  a:\n    wire: grpc\n    address: localhost:1\n    protos: [a.proto]\n    protoPaths: [protos]\nsubgraphs:\n  a: { schema: ./a.graphql, resolvers: resolvers.ts }\n`,
    );
    expect(config.subgraphs['a']).toMatchObject({
      schema: join(folder, 'a.graphql'),
      resolvers: join(folder, 'resolvers.ts'),
    });
    expect(config.upstreams['a']).toMatchObject({
      protos: [join(folder, 'a.proto')],
      protoPaths: [join(folder, 'protos')],
    });
  });

  test('keeps header names lower case', () => {
    const config = configOf(GRAPH.replace(' }', ', headers: { forward: [Authorization] } }'));
    expect(config.supergraph!.headers.forward).toEqual(['authorization']);
  });

  test('may leave a section empty', () => {
    expect(configOf(`server:\nlimits:\n${GRAPH}`).server.port).toBe(4000);
  });

  test('gives settings to every @source, mentioned or not', () => {
    const config = configOf(
      'subgraphs: { a: { schema: a.graphql } }\nconnectors: { sources: { a.rest: { timeoutMs: 7, config: { key: k } } } }\n',
    );
    expect(connectorSource(config, 'a', 'rest')).toMatchObject({ timeoutMs: 7, config: { key: 'k' } });
    expect(connectorSource(config, 'a', 'other')).toMatchObject({ timeoutMs: 5000, config: {} });
  });
});

describe('values from the environment', () => {
  test('stand inside text, with defaults, and escaped', () => {
    const config = configOf(`${GRAPH}portal: { title: "\${WHO}-\${WHAT:-graph} $\${WHO}" }\n`, {
      WHO: 'our',
    });
    expect(config.portal.title).toBe('our-graph ${WHO}');
  });

  test('are numbers and flags where those are expected, quoted or not', () => {
    const config = configOf(
      `server: { port: "\${P}", adminPort: "\${A:-9}" }\napq:\n  enabled: \${ON:-false}\n${GRAPH}`,
      { P: '8080' },
    );
    expect(config.server).toMatchObject({ port: 8080, adminPort: 9 });
    expect(config.apq.enabled).toBe(false);
  });

  test('stay text where text is expected, digit for digit', () => {
    const text = `${GRAPH}upstreams:\n  a:\n    wire: json\n    url: http://localhost:1\n    headers:\n      set:\n        x-key: \${KEY}\n`;
    expect(configOf(text, { KEY: '007' }).upstreams['a']!.headers.set).toEqual({ 'x-key': '007' });
    expect(configOf(text, { KEY: '1e6' }).upstreams['a']!.headers.set).toEqual({ 'x-key': '1e6' });
  });

  test('that are empty count as not set when there is a default', () => {
    expect(configOf(`portal: { title: "\${T:-x}" }\n${GRAPH}`, { T: '' }).portal.title).toBe('x');
  });

  test('cannot bring in structure', () => {
    expect(configOf(`portal: { title: "\${T}" }\n${GRAPH}`, { T: '{a: 1}' }).portal.title).toBe('{a: 1}');
  });

  test('without value or default are a problem, once', () => {
    expect(problemsOf(`server:\n  port: \${NOPE}\n${GRAPH}`)).toEqual([
      '2:9 CONFIG_ENV_MISSING The environment variable NOPE is not set. | Set NOPE, or give a default: ${NOPE:-value}',
    ]);
  });

  test('that are not written well are a problem', () => {
    expect(problemsOf(`portal: { title: "a\${1x}" }\n${GRAPH}`)[0]).toContain(
      '1:18 CONFIG_ENV_MALFORMED "${1x}"',
    );
  });

  test('PORT, HOST and ADMIN_PORT count where the file is silent', () => {
    const env = { PORT: '5000', HOST: '0.0.0.0', ADMIN_PORT: '5001' };
    expect(configOf(GRAPH, env).server).toMatchObject({ port: 5000, host: '0.0.0.0', adminPort: 5001 });
    expect(configOf(`server: { port: 1 }\n${GRAPH}`, env).server.port).toBe(1);
    expect(problemsOf(GRAPH, { PORT: 'http' })[0]).toContain('PORT is "http", which is not a port');
  });
});

describe('a wrong file', () => {
  test('has all its problems reported together, each at its place', () => {
    const text = `server:
  prot: 1
  port: 70000
upstreams:
  users: { wire: grcp, address: a:1, protos: [x.proto] }
  orders:
    wire: xml
    url: ftp://x
    timeout: 1
  1bad: { wire: json, url: http://x }
subgraphs:
  a: { schema: nope.graphql }
  b: { schema: a.graphql, url: http://x, resolvers: resolvers.ts }
connectors:
  sources:
    aa.rest: {}
log: { level: inf }
`;
    expect(problemsOf(text)).toEqual([
      '2:3 CONFIG_UNKNOWN_KEY server has no option "prot". | Did you mean "port"?',
      '3:9 CONFIG_INVALID server.port: expected a number of at most 65535, got 70000.',
      '5:18 CONFIG_INVALID upstreams.users.wire: expected one of grpc, xml, json, got "grcp". | Did you mean "grpc"?',
      `5:47 CONFIG_FILE_NOT_FOUND upstreams.users.protos[0]: there is no file or folder "x.proto". | Relative paths start in the configuration file's folder; looked at ${join(folder, 'x.proto')}`,
      '8:10 CONFIG_INVALID upstreams.orders.url: expected an http:// or https:// URL without user, query and fragment, got "ftp://x".',
      '9:5 CONFIG_UNKNOWN_KEY upstreams.orders has no option "timeout". | Did you mean "timeoutMs"?',
      '10:3 CONFIG_INVALID upstreams.1bad: a name starts with a letter; then letters, digits, "_" and "-".',
      `12:16 CONFIG_FILE_NOT_FOUND subgraphs.a.schema: there is no file or folder "nope.graphql". | Relative paths start in the configuration file's folder; looked at ${join(folder, 'nope.graphql')}`,
      '13:42 CONFIG_CONFLICT subgraphs.b has url and resolvers; resolvers run in the gateway, for subgraphs without a url. | Keep one of the two.',
      '16:5 CONFIG_UNKNOWN_REFERENCE connectors.sources["aa.rest"]: there is no subgraph "aa". | Did you mean "a"?',
      '17:15 CONFIG_INVALID log.level: expected one of trace, debug, info, warn, error, fatal, silent, got "inf". | Did you mean "info"?',
    ]);
  });

  test('says what is missing or empty', () => {
    expect(problemsOf('subgraphs:\n  a:\n  b: {}\n')).toEqual([
      '2:3 CONFIG_MISSING subgraphs.a is empty. | Give a mapping (key: value), or remove the key.',
      '3:6 CONFIG_MISSING subgraphs.b.schema is missing. | Add text.',
    ]);
    expect(problemsOf(`${GRAPH}upstreams: { a: { url: http://x } }\n`)).toEqual([
      '2:17 CONFIG_MISSING upstreams.a.wire is missing. | Add one of grpc, xml, json.',
    ]);
  });

  test('needs a graph, and only one', () => {
    expect(problemsOf('')[0]).toContain('CONFIG_MISSING There is no graph to serve.');
    expect(problemsOf(`${GRAPH}subgraphs: { a: { schema: a.graphql } }\n`)[0]).toContain(
      '1:1 CONFIG_CONFLICT Both supergraph and subgraphs are given.',
    );
  });

  test('that is not YAML is reported with its place', () => {
    const problems = problemsOf('server:\n  port: 1\n  port: 2\nlog: [\n');
    expect(problems[0]).toMatch(/^3:3 CONFIG_SYNTAX Map keys must be unique/);
    expect(problems.length).toBe(2);
  });

  test('cannot multiply itself with aliases', () => {
    const levels = Array.from({ length: 12 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n},`.repeat(9)}]`);
    expect(problemsOf(`l0: &l0 [x]\n${levels.join('\n')}\n`)[0]).toContain(
      'CONFIG_SYNTAX Excessive alias count',
    );
  });

  test('that is no mapping is refused', () => {
    expect(problemsOf('- a\n')).toEqual([
      '1:1 CONFIG_INVALID The configuration: expected a mapping (key: value), got a list.',
    ]);
  });

  test('may not set headers of the connection', () => {
    const text = `${GRAPH}upstreams:\n  a: { wire: json, url: http://x, headers: { set: { Host: a } } }\n`;
    expect(problemsOf(text)[0]).toContain('this header belongs to the connection or the body');
  });
});

test('a file that is not there is named, with the way out', () => {
  const { problems } = loadConfig({ file: join(folder, 'no.yaml'), env: {} });
  expect(problems![0]).toMatchObject({
    code: 'CONFIG_NOT_READABLE',
    fix: expect.stringContaining('--config'),
  });
});
