import type { Problem } from '../../../problem.ts';
import type { ImportOptions } from '../imported.ts';
import type { Part } from './part.ts';
import { isObject } from './part.ts';

/** What is not an OpenAPI 3.0, 3.1 or 3.2 document, and what to do about it. */
export function versionProblem(
  { value, document }: Part,
  { name, source }: ImportOptions,
): Problem | undefined {
  const problem = (key: string, message: string, fix: string): Problem => ({
    severity: 'error',
    code: 'OPENAPI_VERSION',
    message,
    subgraph: name,
    file: source,
    ...document.places([key]).get(key),
    fix,
  });
  if (!isObject(value))
    return problem(
      '',
      'The document is not an OpenAPI description: it is no object.',
      'Give a document that starts with openapi: 3.1.0.',
    );
  const { openapi, swagger } = value;
  if (swagger !== undefined)
    return problem(
      '/swagger',
      `The document is Swagger ${typeof swagger === 'string' || typeof swagger === 'number' ? swagger : ''}, the predecessor of OpenAPI 3.`,
      'Convert it: npx swagger2openapi --patch swagger.json -o openapi.json',
    );
  const version = typeof openapi === 'string' || typeof openapi === 'number' ? String(openapi) : undefined;
  if (version === undefined)
    return problem(
      '',
      'The document does not say which version of OpenAPI it is written in.',
      'Add openapi: 3.1.0 (or 3.0.x, 3.2.x).',
    );
  if (/^3\.[012](?:\.|$)/.test(version)) return undefined;
  return problem(
    '/openapi',
    `The document is written in OpenAPI ${version.slice(0, 20)}.`,
    'Versions 3.0, 3.1 and 3.2 are understood.',
  );
}
