import { SluiceError } from '../errors.ts';

/** Section 6.1 of the GraphQL specification, GetOperation. */
export function unresolvedOperation(name: string | undefined): SluiceError {
  return new SluiceError(
    'OPERATION_RESOLUTION_FAILURE',
    name === undefined
      ? 'The document has several operations. Say which one to run in "operationName".'
      : `The document has no operation named "${name}".`,
  );
}
