import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { IGNORED_OPTIONS, REFUSED_OPTIONS } from '../../gateway/drop-in/options.ts';
import { SluiceGateway } from '../../gateway/drop-in/sluice-gateway.ts';
import { recordingLogger } from './served.ts';

const page = readFileSync(`${import.meta.dirname}/../../docs/migrate-from-apollo-gateway.md`, 'utf8');

/** As JavaScript may call it. */
function make(options: Record<string, unknown>): SluiceGateway {
  return new SluiceGateway(options as unknown as ConstructorParameters<typeof SluiceGateway>[0]);
}

describe('options that cannot be taken', () => {
  it('are all named at once, with the way out', () => {
    expect(() => make({ serviceList: [], pollIntervalInMs: 1 })).toThrow(
      [
        'SluiceGateway cannot be made with these options.',
        '- "serviceList": use "supergraphSdl: new IntrospectAndCompose({ subgraphs })" of @apollo/gateway',
        '- "pollIntervalInMs": poll with "supergraphSdl: new IntrospectAndCompose({ subgraphs, pollIntervalInMs })" of @apollo/gateway',
        '- "supergraphSdl" is missing: give the supergraph as a string, a supergraph manager such as IntrospectAndCompose, or a function',
        'See docs/migrate-from-apollo-gateway.md.',
      ].join('\n'),
    );
  });

  it.each([undefined, null, 7, {}, []])(
    'a supergraph source that is none is refused: %j',
    (supergraphSdl) => {
      expect(() => make({ supergraphSdl })).toThrow('"supergraphSdl" is missing');
    },
  );

  it.each(Object.keys(REFUSED_OPTIONS))('"%s" is refused, and the migration page says so', (name) => {
    expect(() => make({ supergraphSdl: '', [name]: 1 })).toThrow(`"${name}"`);
    expect(page).toContain(`\`${name}\``);
  });

  it.each(Object.keys(IGNORED_OPTIONS))(
    '"%s" is named in a warning, and the migration page says so',
    (name) => {
      const logger = recordingLogger();
      make({ supergraphSdl: '', logger, [name]: 1 });
      expect(logger.lines).toEqual([expect.stringContaining(`the option "${name}" has no effect`)]);
      expect(page).toContain(`\`${name}\``);
    },
  );

  it('a name that nobody knows is named in a warning', () => {
    const logger = recordingLogger();
    make({ supergraphSdl: '', logger, buildServices: 1, constructor: 2 });
    expect(logger.lines).toEqual([
      'warn: SluiceGateway: the option "buildServices" has no effect: there is no such option.',
      'warn: SluiceGateway: the option "constructor" has no effect: there is no such option.',
    ]);
  });

  it('an option that is undefined is not given', () => {
    const logger = recordingLogger();
    make({ supergraphSdl: '', logger, serviceList: undefined, telemetry: undefined });
    expect(logger.lines).toEqual([]);
  });
});
