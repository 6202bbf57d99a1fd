import type { ImportResult } from '../../connectors/import/imported.ts';
import { CommandFailure } from '../command-context.ts';
import { importOpenapiFile } from './openapi.ts';
import { importWsdlFile } from './wsdl.ts';

/** A description of a service, as "sluice register" takes it. */
export interface DescribedService {
  readonly proto?: readonly string[];
  readonly include?: readonly string[];
  readonly address?: string;
  readonly reflect?: string;
  readonly openapi?: string;
  readonly baseUrl?: string;
  readonly wsdl?: string;
  readonly url?: string;
}

/** The subgraph that a description makes; undefined = none is given. Throws `CommandFailure` for two, or half of one. */
export async function importDescribed(
  name: string,
  service: DescribedService,
): Promise<ImportResult | undefined> {
  const { proto, include, address, reflect, openapi, baseUrl, wsdl, url } = service;
  const given = Object.entries({
    '--proto': proto,
    '--reflect': reflect,
    '--openapi': openapi,
    '--wsdl': wsdl,
  })
    .filter(([, value]) => value !== undefined)
    .map(([option]) => option);
  if (given.length > 1)
    throw misused(`${given.join(' and ')} are descriptions of two services.`, 'Keep one of them.');
  if (proto !== undefined) {
    if (address === undefined)
      throw misused('--proto does not say where the service is.', 'Add --address host:port.');
    const { importProto } = await import('../../connectors/import/proto/import-proto.ts');
    const files = { paths: proto, includeDirs: include ?? [] };
    return importProto({ files }, { name, source: proto[0]!, address });
  }
  if (reflect !== undefined) {
    const { importReflection } = await import('../../connectors/import/proto/import-reflection.ts');
    return importReflection(reflect, { name, source: reflect });
  }
  if (openapi !== undefined)
    return importOpenapiFile(openapi, name, { ...(baseUrl !== undefined && { baseUrl }) });
  return wsdl === undefined ? undefined : importWsdlFile(wsdl, name, { ...(url !== undefined && { url }) });
}

function misused(message: string, fix: string): CommandFailure {
  return new CommandFailure([{ severity: 'error', code: 'BAD_USER_INPUT', message, fix }]);
}
