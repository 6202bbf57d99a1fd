import { z } from 'zod';
import type { Problem } from '../problem.ts';

/** Relative, without `.` and `..`, so that a name of a file cannot lead out of its folder. */
export const fileName = z
  .string()
  .max(500)
  .regex(/^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.+@-]+(?:\/[\w.+@-]+)*$/, {
    error: 'expected a relative path with "/", without "." and ".."',
  });

const MAX_FILES = 2000;

/** Texts by their name. */
export const filesSchema = z
  .record(fileName, z.string())
  .refine((files) => Object.keys(files).length <= MAX_FILES, { error: `expected at most ${MAX_FILES} files` })
  .default({});

/** @param place in what was sent: `upstreams.stock.address`; empty = all of it */
export function registrationProblem(subgraph: string, place: string, message: string): Problem {
  return {
    severity: 'error',
    code: 'REGISTRATION_INVALID',
    subgraph,
    message: `${place === '' ? 'The registration' : place}: ${message}.`,
  };
}
