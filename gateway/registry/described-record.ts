import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { httpUrl } from '../config/fields.ts';
import type { Description } from '../connectors/import/described.ts';
import { importApart } from '../connectors/import/import-apart.ts';
import type { ImportedSubgraph } from '../connectors/import/imported.ts';
import { type Problem, ProblemsError } from '../problem.ts';
import { fileName, filesSchema, registrationProblem } from './record-fields.ts';

const address = z.string().min(1).max(500);
const patterns = z.array(z.string().max(500)).max(1000).exactOptional();

const descriptionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('proto'),
    files: z.array(fileName).min(1).max(1000),
    includeFolders: z.array(fileName).max(100).default([]),
    address,
  }),
  z.strictObject({ kind: z.literal('reflection'), address }),
  z.strictObject({
    kind: z.literal('openapi'),
    file: fileName,
    baseUrl: httpUrl.exactOptional(),
    only: patterns,
  }),
  z.strictObject({
    kind: z.literal('wsdl'),
    file: fileName,
    url: httpUrl.exactOptional(),
    only: patterns,
    queries: patterns,
  }),
]);

const describedSchema = z.strictObject({ description: descriptionSchema, files: filesSchema });

/**
 * The subgraph that a description makes which was sent along: its files stand in a folder of their own while it is read,
 * and nothing outside of it is. Throws `ProblemsError` with places as they were sent.
 */
export async function describedRecord(
  name: string,
  raw: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<ImportedSubgraph> {
  const parsed = describedSchema.safeParse(raw);
  if (!parsed.success)
    throw new ProblemsError(
      parsed.error.issues.map(({ path, message }) =>
        registrationProblem(name, path.map(String).join('.'), message),
      ),
    );
  const { description, files } = parsed.data;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-import-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const result = await importApart(name, inFolder(description, folder), signal);
    const problems = result.problems.map((problem) => asSent(problem, folder));
    if (!('sdl' in result)) throw new ProblemsError(problems);
    return { ...result, sdl: withoutFolder(result.sdl, folder), problems };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inFolder(description: z.infer<typeof descriptionSchema>, folder: string): Description {
  const at = (path: string): string => join(folder, path);
  switch (description.kind) {
    case 'proto': {
      const { files, includeFolders } = description;
      return { ...description, files: files.map(at), includeFolders: includeFolders.map(at) };
    }
    case 'reflection':
      return description;
    case 'openapi':
      return { ...description, file: at(description.file) };
    case 'wsdl':
      return { ...description, file: at(description.file), root: folder };
  }
}

function asSent(problem: Problem, folder: string): Problem {
  const { message, file, fix } = problem;
  return {
    ...problem,
    message: withoutFolder(message, folder),
    ...(file !== undefined && { file: withoutFolder(file, folder) }),
    ...(fix !== undefined && { fix: withoutFolder(fix, folder) }),
  };
}

/** Importers show paths from the working directory, or as they are. */
function withoutFolder(text: string, folder: string): string {
  return [relative('', folder), folder].reduce(
    (left, path) => left.replaceAll(path + sep, '').replaceAll(path, 'the folder'),
    text,
  );
}
