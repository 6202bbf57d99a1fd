// @apollo/gateway behind Apollo Server, as its documentation shows, on a supergraph composed beforehand.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
import { readFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { sayReady, setting } from './serve.ts';

const gateway = new ApolloGateway({ supergraphSdl: readFileSync(setting('SUPERGRAPH_FILE'), 'utf8') });
const server = new ApolloServer({ gateway, nodeEnv: 'production', csrfPrevention: true });
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
sayReady({ http: Number(new URL(url).port) });
