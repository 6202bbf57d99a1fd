import { composed } from '../../test/planner/composed.ts';
import { operationFromDocument, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, prettyFormatQueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';
import { planText } from '../../test/planner/planned.ts';
const src = (await import('node:fs')).readFileSync('test/planner/context.test.ts','utf8');
const g = /const GRAPH = composed\(([\s\S]*?)\n\);/.exec(src)![1]!;
const GRAPH = new Function('composed', `return composed(${g})`)(composed);
const sg = Supergraph.build(GRAPH, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
for (const q of process.argv.slice(2)) { console.log(prettyFormatQueryPlan(new QueryPlanner(sg, {}).buildQueryPlan(operationFromDocument(sg.apiSchema(), parse(q))))); console.log(planText(GRAPH, q)); }
