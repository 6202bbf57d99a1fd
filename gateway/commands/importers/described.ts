import type { Description } from '../../connectors/import/described.ts';
import type { ImportResult } from '../../connectors/import/imported.ts';
import { CommandFailure } from '../command-context.ts';

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
  const description = descriptionOf(service);
  if (!description) return undefined;
  const { importDescription } = await import('../../connectors/import/described.ts');
  return importDescription(name, description);
}

function descriptionOf(service: DescribedService): Description | undefined {
  const { proto, include = [], address, reflect, openapi, baseUrl, wsdl, url } = service;
  const options = { '--proto': proto, '--reflect': reflect, '--openapi': openapi, '--wsdl': wsdl };
  const given = Object.entries(options).flatMap(([option, value]) => (value === undefined ? [] : [option]));
  if (given.length > 1)
    throw misused(`${given.join(' and ')} are descriptions of two services.`, 'Keep one of them.');
  if (proto !== undefined) {
    if (address === undefined)
      throw misused('--proto does not say where the service is.', 'Add --address host:port.');
    return { kind: 'proto', files: proto, includeFolders: include, address };
  }
  if (reflect !== undefined) return { kind: 'reflection', address: reflect };
  if (openapi !== undefined)
    return { kind: 'openapi', file: openapi, ...(baseUrl !== undefined && { baseUrl }) };
  return wsdl === undefined ? undefined : { kind: 'wsdl', file: wsdl, ...(url !== undefined && { url }) };
}

function misused(message: string, fix: string): CommandFailure {
  return new CommandFailure([{ severity: 'error', code: 'BAD_USER_INPUT', message, fix }]);
}
