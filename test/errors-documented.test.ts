import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metadata, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../gateway/errors.ts';
import { statusError as grpcError } from '../gateway/upstreams/grpc/status.ts';
import { statusError as httpError } from '../gateway/upstreams/http/status.ts';

const text = readFileSync(join(import.meta.dirname, '../docs/errors.md'), 'utf8');

/** The part below a heading, to the next one. */
function section(heading: string): string {
  const [, rest = ''] = text.split(`\n### ${heading}\n`);
  return rest.split(/\n##/)[0]!;
}

/** The rows of a table: cells without their code marks. */
function rows(table: string): string[][] {
  return [...table.matchAll(/^\| (?!-|status \|)(.+) \|$/gm)].map(([, row]) =>
    row!.split(' | ').map((cell) => cell.replaceAll('`', '')),
  );
}

const OWN_WORDS = 'what the backend says';
const yesOrNo = (message: string): string => (message === OWN_WORDS ? 'yes' : 'no');

test('every error code is documented, and no other', () => {
  const headings = [...text.matchAll(/^### ([A-Z_]+)$/gm)].map(([, code]) => code);
  expect(headings).toHaveLength(new Set(headings).size);
  expect(new Set(headings)).toEqual(new Set(Object.keys(ERROR_CODES)));
});

describe.each(Object.entries(ERROR_CODES))('%s', (code, { family, httpStatus }) => {
  test('has the HTTP status that the document says, and an example with the code', () => {
    expect(section(code)).toMatch(new RegExp(`^\\nHTTP ${httpStatus}\\. \\S`));
    const example = /```json\n(.*)\n```/.exec(section(code))?.[1] ?? '';
    const { errors } = JSON.parse(example) as {
      errors: { message: string; extensions: Record<string, unknown> }[];
    };
    expect(errors[0]!.extensions['code']).toBe(code);
    expect('id' in errors[0]!.extensions).toBe(family === 'internal');
  });
});

test('the table of gRPC statuses is the one that counts', () => {
  const names = Object.keys(status).filter((name) => Number.isNaN(Number(name)) && name !== 'OK');
  const expected = names.map((name) => {
    const failed = {
      code: status[name as keyof typeof status],
      details: OWN_WORDS,
      metadata: new Metadata(),
    };
    const { code, message } = grpcError('x', failed);
    return [name, code, yesOrNo(message)];
  });
  expect(new Set(rows(section('gRPC status')))).toEqual(new Set(expected));
});

test('the table of HTTP statuses is the one that counts', () => {
  const documented = new Map(rows(section('HTTP status')).map(([name, ...row]) => [name, row]));
  for (let status = 300; status < 600; status++) {
    const { code, message } = httpError('x', status, {}, { message: OWN_WORDS });
    const family = `${status.toString()[0]}xx`;
    const row = documented.get(String(status)) ?? documented.get(`other ${family}`) ?? documented.get(family);
    expect([status, ...(row ?? [])]).toEqual([status, code, yesOrNo(message)]);
  }
});
