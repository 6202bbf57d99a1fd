import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GatewayModule } from '../../gateway/commands/gateway-types.ts';
import { runCommandLine } from '../../gateway/commands/program.ts';
import type { Problem } from '../../gateway/problem.ts';

let folder: string;
let config: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-commands-'));
  config = join(folder, 'sluice.yaml');
  writeFileSync(join(folder, 'super.graphql'), '');
  writeFileSync(
    config,
    'supergraph: { file: super.graphql }\nvariants: { partner: { at: [{ path: /partner }] } }\n',
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

const WARNING: Problem = {
  severity: 'warning',
  code: 'N_PLUS_ONE',
  message: 'One call per element.',
  file: '/x/a.graphql',
  line: 3,
  column: 7,
  fix: 'Add a batch form,\nor allow it.',
};

function gatewayWith(problems: readonly Problem[]): GatewayModule {
  const failed = problems.some(({ severity }) => severity === 'error');
  const call = {
    subgraph: 's',
    upstream: 'u',
    operation: 'GetUsers',
    at: 'users',
    asked: 50,
    calls: 1,
    maxBatchSize: 500,
  };
  return {
    createGateway: () => Promise.reject(new Error('not here')),
    composeFromConfig: async (_, onProgress) => {
      onProgress?.('Composing 100 subgraphs');
      if (failed) return { problems };
      return { supergraphSdl: 'super', apiSdl: 'api', variants: new Map([['partner', 'less']]), problems };
    },
    compareSupergraphs: async () => problems,
    explain: async (_, { operation, variables, variant }, { validate } = {}) =>
      failed
        ? { problems }
        : {
            planText: `${operation}${variant === undefined ? '' : ` as ${variant}`}`,
            plan: variables,
            mermaid: 'flowchart TD\n',
            calls: [call],
            totalCalls: 1,
            ...(validate && { findings: operation.includes('bad') ? ['nobody gives "bad"'] : [] }),
          },
  };
}

async function run(args: readonly string[], problems: readonly Problem[] = [], input = '', isTTY = false) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(args, {
    env: {},
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text), isTTY },
    stdin: (async function* () {
      yield input;
    })(),
    loadGateway: async () => gatewayWith(problems),
  });
  return { code, out: out.join(''), err: err.join('') };
}

describe('help', () => {
  test.each(['start', 'check', 'compose', 'explain', 'config-schema'])(
    '%s teaches with examples',
    async (verb) => {
      const { code, out } = await run([verb, '--help']);
      expect(code).toBe(0);
      expect(out).toContain(`Examples:\n  sluice ${verb}`);
    },
  );

  test('names what was probably meant', async () => {
    const { code, err } = await run(['strat']);
    expect(code).toBe(1);
    expect(err).toContain('Did you mean start?');
  });
});

describe('check', () => {
  test('shows place, severity, code, message, the fix and the counts; warnings do not fail it', async () => {
    const { code, err } = await run(['check', '-c', config], [WARNING]);
    expect(err).toBe(
      '/x/a.graphql:3:7  warning  N_PLUS_ONE One call per element.\n    Add a batch form,\n    or allow it.\n1 warning\n',
    );
    expect(code).toBe(0);
  });

  test('fails with code 1 on an error', async () => {
    const { code, err } = await run(['check', '-c', config], [WARNING, { ...WARNING, severity: 'error' }]);
    expect(code).toBe(1);
    expect(err).toContain('1 error, 1 warning\n');
  });

  test('--json prints problems of the configuration, too', async () => {
    const { code, out, err } = await run(['check', '--json', '-c', join(folder, 'nope.yaml')]);
    expect(code).toBe(1);
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({ ok: false, problems: [{ code: 'CONFIG_NOT_READABLE' }] });
  });
});

describe('what takes long', () => {
  const LINE = '\r\u001b[KComposing 100 subgraphs …\r\u001b[K';

  test.each(['check', 'compose'])('is told on a terminal while %s does it, and wiped away', async (verb) => {
    expect((await run([verb, '-c', config], [], '', true)).err).toBe(LINE);
  });

  test('is wiped away before problems are shown', async () => {
    const { err } = await run(['check', '-c', config], [{ ...WARNING, severity: 'error' }], '', true);
    expect(err.startsWith(LINE)).toBe(true);
    expect(err).toContain('1 error');
  });
});

describe('compose', () => {
  test('prints the supergraph', async () => {
    expect(await run(['compose', '-c', config])).toEqual({ code: 0, out: 'super\n', err: '' });
  });

  test('writes both schemas, and --check compares them', async () => {
    const out = join(folder, 'schema');
    const check = ['compose', '-c', config, '--out', out, '--check'];
    expect((await run(check)).err).toContain('The file is not there.');
    expect((await run(['compose', '-c', config, '--out', out])).code).toBe(0);
    expect(readFileSync(join(out, 'api.graphql'), 'utf8')).toBe('api\n');
    expect((await run(check)).code).toBe(0);
    writeFileSync(join(out, 'supergraph.graphql'), 'super\nold\n');
    const { code, err } = await run(check);
    expect(code).toBe(1);
    expect(err).toContain('supergraph.graphql:2:1  error  SCHEMA_OUT_OF_DATE');
    expect(readFileSync(join(out, 'supergraph.graphql'), 'utf8')).toBe('super\nold\n');
  });

  test('has a file for each variant, and --check tells of those that are left of former ones', async () => {
    const out = join(folder, 'with-variants');
    const args = ['compose', '-c', config, '--out', out];
    expect((await run(args)).code).toBe(0);
    expect(readFileSync(join(out, 'api.partner.graphql'), 'utf8')).toBe('less\n');
    writeFileSync(join(out, 'api.mobile.graphql'), 'old\n');
    writeFileSync(join(out, 'api.partner.graphql'), 'former\n');
    const { code, err } = await run([...args, '--check']);
    expect(code).toBe(1);
    expect(err).toContain('api.partner.graphql:1:1  error  SCHEMA_OUT_OF_DATE');
    expect(err).toContain('SCHEMA_OUT_OF_DATE There is no variant "mobile" any more.\n    Delete it: rm ');
    expect(err).toContain('2 errors');
  });

  test('prints what the clients of a variant see', async () => {
    const { code, out } = await run(['compose', '-c', config, '--variant', 'partner']);
    expect({ code, out }).toEqual({ code: 0, out: 'less\n' });
    const both = await run(['compose', '-c', config, '--variant', 'partner', '--out', folder]);
    expect(both.code).toBe(1);
    expect(both.err).toContain("'--variant <name>' cannot be used with option '-o, --out <folder>'");
  });
});

describe('a variant that there is not', () => {
  test.each([['explain', '{ a }'], ['compose'], ['codegen']])(
    'is told to who asks %s for it',
    async (...verb) => {
      const { code, err } = await run([...verb, '-c', config, '--variant', 'partnr']);
      expect(code).toBe(1);
      expect(err).toContain('VARIANT_UNKNOWN There is no variant "partnr". Did you mean "partner"?');
      expect(err).toContain('The variants are: partner.');
    },
  );

  test('is told where there is none at all', async () => {
    const without = join(folder, 'without.yaml');
    writeFileSync(without, 'supergraph: { file: super.graphql }\n');
    const { code, err } = await run(['compose', '-c', without, '--variant', 'partner']);
    expect(code).toBe(1);
    expect(err).toContain('There is no variant "partner".\n    There are none: docs');
  });
});

describe('explain', () => {
  test('explains as for the clients of a variant', async () => {
    const { code, out } = await run(['explain', '{ users }', '-c', config, '--variant', 'partner']);
    expect(code).toBe(0);
    expect(out).toContain('{ users } as partner');
  });

  test('shows the plan and a table of calls', async () => {
    const { code, out } = await run(['explain', '{ users }', '-c', config]);
    expect(code).toBe(0);
    expect(out).toContain('Backend calls: 1 at most');
    expect(out).toMatch(/1 +50 +500 +s +u +GetUsers +users/);
  });

  test('reads the operation from standard input, and variables from JSON', async () => {
    const { out } = await run(
      ['explain', '-', '--json', '--variables', '{"a":1}', '-c', config],
      [],
      '{ x }',
    );
    expect(JSON.parse(out)).toMatchObject({ plan: { a: 1 }, totalCalls: 1 });
  });

  test('--format mermaid prints the source of the diagram alone, and --json is short for --format json', async () => {
    expect(await run(['explain', '{ x }', '--format', 'mermaid', '-c', config])).toEqual({
      code: 0,
      out: 'flowchart TD\n',
      err: '',
    });
    const { out } = await run(['explain', '{ x }', '--json', '-c', config]);
    expect((await run(['explain', '{ x }', '--format', 'json', '-c', config])).out).toBe(out);
    const { code, err } = await run(['explain', '{ x }', '--format', 'svg', '-c', config]);
    expect(code).toBe(1);
    expect(err).toContain('Allowed choices are text, json, mermaid.');
  });

  test('--validate lists the faults of the plan and fails if there are any', async () => {
    const good = await run(['explain', '{ x }', '--validate', '-c', config]);
    expect(good.code).toBe(0);
    expect(good.out).toContain('Faults of the plan: none\n');
    const bad = await run(['explain', '{ bad }', '--validate', '-c', config]);
    expect(bad.code).toBe(1);
    expect(bad.out).toContain('Faults of the plan: 1\n  nobody gives "bad"\n');
    const json = await run(['explain', '{ bad }', '--validate', '--json', '-c', config]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ findings: ['nobody gives "bad"'] });
    const mermaid = await run(['explain', '{ bad }', '--validate', '--format', 'mermaid', '-c', config]);
    expect(mermaid).toEqual({ code: 1, out: 'flowchart TD\n', err: 'nobody gives "bad"\n' });
  });

  test('refuses variables that are no object', async () => {
    const { code, err } = await run(['explain', '{ x }', '--variables', '[1]', '-c', config]);
    expect(code).toBe(1);
    expect(err).toContain('--variables is not a JSON object');
  });
});

test("bin/sluice works under the system's Node, whatever its age", () => {
  const bin = join(import.meta.dirname, '../../bin/sluice');
  const systemPath = (process.env['PATH'] ?? '').split(':').filter((path) => !path.includes('node_modules'));
  const { status, stdout } = spawnSync(bin, ['--version'], {
    encoding: 'utf8',
    env: { PATH: systemPath.join(':') },
  });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.skipIf(process.execve === undefined)(
  'SLUICE_MEMORY=lean starts the same process with a smaller heap',
  () => {
    const bin = join(import.meta.dirname, '../../bin/sluice');
    // What node runs before anything else tells the flags it was started with.
    const tell = `data:text/javascript,process.stderr.write(process.execArgv.join()+"\\n")`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', tell, bin, '--version'], {
      encoding: 'utf8',
      env: { ...process.env, SLUICE_MEMORY: 'lean' },
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(stderr.split('\n')[0]).not.toContain('semi-space');
    expect(stderr.split('\n')[1]).toContain('--max-semi-space-size=16');
  },
);
