import { describe, expect, it } from 'vitest';
import { loadConfig } from '../gateway/config/load.ts';
import { compilePlaces } from '../gateway/variant-places.ts';

const load = (variants: object) =>
  loadConfig({
    file: new URL('variants.yaml', import.meta.url).pathname,
    text: JSON.stringify({
      subgraphs: { a: { schema: 'variant-places.test.ts', url: 'http://a' } },
      variants,
    }),
    env: {},
  });

function finder(variants: object) {
  const { config, problems } = load(variants);
  if (!config) throw new Error(JSON.stringify(problems));
  const find = compilePlaces(config.variants);
  return (path: string, headers: Readonly<Record<string, string>> = {}, identity = '') => {
    const found = find({ path, headers }, identity);
    return found && `${found.variant} ${found.path}`;
  };
}

describe('a variant answers', () => {
  it('at its path, with the schema files beside it', () => {
    const find = finder({ partner: { at: [{ path: '/partner/graphql' }] }, v1: { at: [{ path: '/v1' }] } });
    expect(find('/partner/graphql')).toBe('partner /graphql');
    expect(find('/partner/schema.graphql')).toBe('partner /schema.graphql');
    expect(find('/partner/types.ts')).toBe('partner /types.ts');
    expect(find('/v1')).toBe('v1 /graphql');
    expect(find('/v1/schema.json')).toBe('v1 /schema.json');
    for (const path of ['/graphql', '/schema.graphql', '/', '/partner', '/partner/', '/v1/graphql'])
      expect(find(path), path).toBeUndefined();
  });

  it('by header or host in place of the main graph, and nowhere else', () => {
    const find = finder({
      mobile: {
        at: [{ header: { name: 'X-Client', value: 'mobile' } }, { host: 'API.partner.example' }],
      },
    });
    const mobile = { 'x-client': 'mobile' };
    expect(find('/graphql', mobile)).toBe('mobile /graphql');
    expect(find('/', mobile)).toBe('mobile /');
    expect(find('/graphql', { host: 'api.PARTNER.example:8443' })).toBe('mobile /graphql');
    expect(find('/schema.json', { host: 'api.partner.example' })).toBe('mobile /schema.json');
    expect(find('/graphql', { 'x-client': 'web', host: 'partner.example' })).toBeUndefined();
    expect(find('/healthz', mobile)).toBeUndefined();
  });

  it('only where everything that a place says holds', () => {
    const find = finder({ b: { at: [{ path: '/b/graphql', host: 'b.example' }] } });
    expect(find('/b/graphql', { host: 'b.example' })).toBe('b /graphql');
    expect(find('/b/graphql', { host: 'a.example' })).toBeUndefined();
    expect(find('/graphql', { host: 'b.example' })).toBeUndefined();
  });

  it('before those that come after it', () => {
    const header = { name: 'x-client', value: 'm' };
    const find = finder({ first: { at: [{ header }] }, second: { at: [{ host: 'h' }] } });
    expect(find('/graphql', { 'x-client': 'm', host: 'h' })).toBe('first /graphql');
    expect(find('/graphql', { host: 'h' })).toBe('second /graphql');
  });
});

describe('a share of the requests', () => {
  const users = Array.from({ length: 4000 }, (_, index) => `user-${index}`);
  const among = (percent: number, name = 'canary') => {
    const find = finder({ [name]: { at: [{ percent, sticky: 'x-user' }] } });
    return users.filter((user) => find('/graphql', { 'x-user': user }) !== undefined);
  };

  it('is the same clients each time, about as many as it says', () => {
    const canary = among(5);
    expect(canary).toEqual(among(5));
    expect(canary.length).toBeGreaterThan(130);
    expect(canary.length).toBeLessThan(280);
    expect(among(0)).toEqual([]);
    expect(among(100)).toEqual(users);
  });

  it('keeps its clients when it grows, and is drawn anew for each variant', () => {
    const canary = new Set(among(20));
    expect(among(5).filter((user) => !canary.has(user))).toEqual([]);
    const other = among(20, 'other').filter((user) => canary.has(user));
    expect(other.length).toBeLessThan(260);
  });

  it('has nobody who does not send the header, and else goes by identity', () => {
    expect(finder({ all: { at: [{ percent: 100, sticky: 'x-user' }] } })('/graphql')).toBeUndefined();
    const find = finder({ half: { at: [{ percent: 50 }] } });
    const answers = users.map((user) => find('/graphql', {}, user));
    expect(users.map((user) => find('/graphql', {}, user))).toEqual(answers);
    expect(answers.filter(Boolean).length).toBeGreaterThan(1800);
    const drawn = users.map(() => find('/graphql'));
    expect(new Set(drawn)).toEqual(new Set(['half /graphql', undefined]));
  });
});

describe('a configuration is refused', () => {
  it.each([
    [
      'with a path of the main graph',
      { a: { at: [{ path: '/graphql' }] } },
      'variants.a: the path /graphql is the main graph',
    ],
    [
      'with a place given twice',
      { a: { at: [{ host: 'h' }] }, b: { at: [{ host: 'h' }] } },
      'variants.b: the same place is given to "a" above',
    ],
    [
      'with a variant called like the main graph',
      { main: { at: [{ host: 'h' }] } },
      'variants.main: so the graph',
    ],
    ['with a place that says nothing', { a: { at: [{}] } }, 'at least one of path, host, header, percent'],
    ['with sticky alone', { a: { at: [{ host: 'h', sticky: 'x' }] } }, 'sticky says who belongs to percent'],
    ['without a place', { a: {} }, 'at'],
  ])('%s', (_, variants, message) => {
    expect(
      load(variants)
        .problems?.map((problem) => problem.message)
        .join('\n'),
    ).toContain(message);
  });
});
