import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { CommandFailure } from '../command-context.ts';
import type { GeneratedFile } from '../generated-files.ts';
import { problemsOf } from './generator-problems.ts';

const CLI = '@graphql-codegen/cli';
const PRESET = '@graphql-codegen/client-preset';
/** What the generated files import types from, beside what makes them. */
const TYPED_DOCUMENTS = '@graphql-typed-document-node/core';
/** The first ones whose output is plain types only. */
const OLDEST_MAJOR: Readonly<Record<string, number>> = { [CLI]: 7, [PRESET]: 6 };

export interface GeneratorOptions {
  /** A folder, from the working directory. */
  readonly out: string;
  readonly documentMode: 'string' | 'documentNode';
  /** What follows the names of the generated files where they import each other. */
  readonly importExtension: string;
  readonly fragmentMasking: boolean;
  readonly persistedDocuments: boolean;
  /** GraphQL scalar -> TypeScript type. */
  readonly scalars: Readonly<Record<string, string>>;
}

/** Makes the files of one schema, given as SDL, and of the documents in these files. Throws what is wrong with them. */
export type Generate = (sdl: string, documents: readonly string[]) => Promise<readonly GeneratedFile[]>;

/** As much of the generator as we use. */
interface CodegenCli {
  readonly executeCodegen: (config: object) => Promise<{
    readonly result: readonly { readonly filename: string; readonly content: string }[];
    readonly error: { readonly errors?: readonly unknown[] } | null;
  }>;
}

/**
 * The generator of the project in this folder: https://the-guild.dev/graphql/codegen with its client preset. It is not
 * ours, because who runs a gateway does not need it, and who needs it chooses its version.
 */
export function loadGenerator(folder: string, options: GeneratorOptions): Generate {
  const require = createRequire(join(folder, 'package.json'));
  checkInstalled(require, folder);
  const { executeCodegen } = require(CLI) as CodegenCli;
  const { preset } = require(PRESET) as { readonly preset: unknown };
  // Its own copy: objects of two copies of graphql do not mix.
  const { buildSchema } = createRequire(require.resolve(CLI))('graphql') as {
    readonly buildSchema: (sdl: string, options: object) => unknown;
  };
  // Large schemas are copied several times over; collecting sooner halves the peak.
  setFlagsFromString('--heap-growing-percent=50');
  const target = `${options.out.replaceAll('\\', '/').replace(/\/+$/, '')}/`;

  return async (sdl, documents) => {
    const { result, error } = await executeCodegen({
      cwd: folder,
      // Without locations, which nobody asks for: they keep every token of the text alive.
      schema: buildSchema(sdl, { assumeValid: true, noLocation: true }),
      documents: documents.map(asGlob),
      generates: { [target]: { preset, presetConfig: presetConfig(options), config: typeConfig(options) } },
      silent: true,
      // Or it would run the files in which it finds nothing, to see what they export.
      noRequire: true,
    });
    if (error) throw new CommandFailure(problemsOf(error, folder));
    return result
      .map(({ filename, content }) => ({ path: resolve(folder, filename), text: ended(content) }))
      .toSorted((left, right) => (left.path < right.path ? -1 : 1));
  };
}

/** The glob that matches this file only: names such as `[id].tsx` are files, too. */
function asGlob(file: string): string {
  return file.replaceAll('\\', '/').replace(/[*?[()]/g, '[$&]');
}

function presetConfig({ fragmentMasking, persistedDocuments }: GeneratorOptions): object {
  return {
    // Its own name, `useFragment`, is taken for a React hook by linters.
    fragmentMasking: fragmentMasking && { unmaskFunctionName: 'getFragmentData' },
    ...(persistedDocuments && { persistedDocuments: { hashAlgorithm: 'sha256' } }),
  };
}

/** Only syntax that can be erased, so that Node runs the files as they are; enums are unions of texts. */
function typeConfig({ documentMode, importExtension, scalars }: GeneratorOptions): object {
  return {
    documentMode,
    importExtension,
    enumType: 'string-literal',
    useTypeImports: true,
    defaultScalarType: 'unknown',
    scalars,
  };
}

function checkInstalled(require: NodeJS.Require, folder: string): void {
  const found = [CLI, PRESET, TYPED_DOCUMENTS].map((name) => ({ name, major: majorOf(require, name) }));
  const unfit = found.filter(({ name, major }) => major === undefined || major < (OLDEST_MAJOR[name] ?? 0));
  if (unfit.length === 0) return;
  const names = unfit.map(({ name }) =>
    OLDEST_MAJOR[name] === undefined ? name : `${name}@${OLDEST_MAJOR[name]}`,
  );
  const message = unfit
    .map(({ name, major }) =>
      major === undefined ? `"${name}" is not installed` : `"${name}" is too old (${major})`,
    )
    .join(', ');
  throw new CommandFailure([
    {
      severity: 'error',
      code: 'CODEGEN_NOT_INSTALLED',
      message: `The project in ${folder} lacks what makes the types: ${message}.`,
      fix: `Run: npm install -D ${names.join(' ')}`,
    },
  ]);
}

/** `undefined` = not there. Not every package lets its package.json be required, so it is looked for beside the code. */
function majorOf(require: NodeJS.Require, name: string): number | undefined {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const text = readFileSync(join(folder, name, 'package.json'), 'utf8');
      return Number.parseInt((JSON.parse(text) as { version: string }).version, 10);
    } catch {
      // Further up, then.
    }
  }
  return undefined;
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
