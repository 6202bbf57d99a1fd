import type { z } from 'zod';
import type { Problem } from '../problem.ts';
import type { ConfigSource, Path } from './source.ts';
import { suggest } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** What the schema says about the data, as problems at their places. */
export function problemsOf(
  issues: readonly Issue[],
  source: ConfigSource,
  keysAt: (path: Path) => readonly string[],
): Problem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.filter((segment) => typeof segment !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(key, path, source, keysAt(path)));
    }
    if (issue.code === 'invalid_key') {
      const message = `${nameOf(path)}: ${issue.issues[0]?.message ?? 'not a valid name'}.`;
      return source.problemAt(path, { code: 'CONFIG_INVALID', message }, 'key');
    }
    return invalidValue(issue, path, source);
  });
}

function unknownKey(key: string, path: Path, source: ConfigSource, known: readonly string[]): Problem {
  const nearest = suggest(key, known);
  const code = 'CONFIG_UNKNOWN_KEY';
  const message = `${nameOf(path)} has no option "${key}".`;
  const fix =
    nearest === undefined ? `Remove it; the options are ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
  return source.problemAt([...path, key], { code, message, fix }, 'key');
}

function invalidValue(issue: Issue, path: Path, source: ConfigSource): Problem[] {
  if (source.isSpoilt(path)) return [];
  const input = inputOf(issue);
  if (input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_union')) {
    const written = source.has(path);
    const code = 'CONFIG_MISSING';
    const message = written ? `${nameOf(path)} is empty.` : `${nameOf(path)} is missing.`;
    const fix = `${written ? 'Give' : 'Add'} ${expectation(issue)}${written ? ', or remove the key' : ''}.`;
    return [source.problemAt(path, { code, message, fix }, 'key')];
  }
  const options = optionsOf(issue);
  const nearest = typeof input === 'string' ? suggest(input, options) : undefined;
  const message = `${nameOf(path)}: expected ${expectation(issue)}${received(input)}.`;
  const fix = nearest === undefined ? undefined : `Did you mean "${nearest}"?`;
  return [source.problemAt(path, { code: 'CONFIG_INVALID', message, fix })];
}

/** For a union with a discriminator, the discriminator's value. */
function inputOf(issue: Issue): unknown {
  if (issue.code !== 'invalid_union' || issue.discriminator === undefined) return issue.input;
  return (issue.input as Record<string, unknown> | undefined)?.[issue.discriminator];
}

/** `upstreams.users.protos[0]`. */
export function nameOf(path: Path): string {
  if (path.length === 0) return 'The configuration';
  return path.reduce<string>((name, segment) => {
    if (typeof segment === 'number') return `${name}[${segment}]`;
    return name === '' ? segment : `${name}.${segment}`;
  }, '');
}

function optionsOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    return ((issue as { options?: readonly unknown[] }).options ?? []).map(String);
  }
  return [];
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping (key: value)',
  record: 'a mapping (key: value)',
};

function expectation(issue: Issue): string {
  const options = optionsOf(issue);
  if (options.length > 0) return `${options.length > 1 ? 'one of ' : ''}${options.join(', ')}`;
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? issue.expected;
    case 'too_small':
      if (issue.origin === 'string') return 'some text';
      return issue.origin === 'array'
        ? `at least ${issue.minimum} entry`
        : `a number of at least ${issue.minimum}`;
    case 'too_big':
      return `a number of at most ${issue.maximum}`;
    case 'invalid_union':
      return 'text, a number, true or false';
    default:
      return issue.message.replace(/^expected /, '');
  }
}

function received(input: unknown): string {
  if (input === undefined) return '';
  if (Array.isArray(input)) return ', got a list';
  if (typeof input === 'object') return input === null ? ', got nothing' : ', got a mapping';
  return `, got ${JSON.stringify(input)}`;
}
