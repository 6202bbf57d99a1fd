import { parse, print } from 'graphql';
import type { ContextInput, FetchStep, PathSegment, Plan, PlanNode, RequiredSelection } from './plan.ts';

/** The plan as text for people: one node per block, the operations pretty-printed. */
export function printPlan(plan: Plan): string {
  return plan.root ? printNode(plan.root, '') : '(answered by the gateway itself)\n';
}

function printNode(node: PlanNode, indent: string): string {
  const inner = `${indent}  `;
  switch (node.node) {
    case 'fetch':
    case 'entityFetch':
      return printFetch(node, indent);
    case 'sequence':
    case 'parallel':
      return `${indent}${node.node}\n${node.nodes.map((child) => printNode(child, inner)).join('')}`;
    case 'condition':
      return (
        (node.then ? `${indent}if $${node.variable}\n${printNode(node.then, inner)}` : '') +
        (node.otherwise ? `${indent}if not $${node.variable}\n${printNode(node.otherwise, inner)}` : '')
      );
    case 'subscription':
      return (
        `${indent}subscription\n${printNode(node.primary, inner)}` +
        (node.rest ? `${indent}for each event\n${printNode(node.rest, inner)}` : '')
      );
  }
}

function printFetch(node: FetchStep, indent: string): string {
  const inner = `${indent}  `;
  const where = node.at.length > 0 ? ` at ${printPath(node.at)}` : '';
  const later = node.deliveries ? ` for ${node.deliveries.join(' and ')}` : '';
  const lines = [`${indent}${node.node === 'fetch' ? 'fetch' : 'entities'} ${node.subgraph}${where}${later}`];
  if (node.node === 'entityFetch') {
    lines.push(`${inner}by ${printRequired(node.requires)}`);
    for (const rewrite of node.inputRewrites) lines.push(`${inner}input ${JSON.stringify(rewrite)}`);
    for (const input of node.contextInputs ?? []) lines.push(`${inner}${printContext(input, node.at)}`);
  }
  for (const line of print(parse(node.operation)).split('\n')) lines.push(inner + line);
  for (const rewrite of node.outputRewrites) lines.push(`${inner}output ${JSON.stringify(rewrite)}`);
  return `${lines.join('\n')}\n`;
}

/** `$fromContext_0 from t<A>.name, else name`: nearest object first. */
function printContext({ variable, sources }: ContextInput, at: readonly PathSegment[]): string {
  const places = sources.map(({ level, types, path }) => {
    const way = at.slice(0, level).map(({ field }) => field);
    const object = `${way.join('.')}${types ? `<${types.join('|')}>` : ''}`;
    return path.length === 0 ? `${object} null` : [...(object === '' ? [] : [object]), ...path].join('.');
  });
  return `$${variable} from ${places.join(', else ')}`;
}

export function printPath(path: readonly PathSegment[]): string {
  return path.map(({ field, types }) => (types ? `${field}<${types.join('|')}>` : field)).join('.');
}

function printRequired(selections: readonly RequiredSelection[]): string {
  const parts = selections.map((selection) => {
    if ('from' in selection) {
      const name =
        selection.from === selection.name ? selection.name : `${selection.from}: ${selection.name}`;
      return selection.selections ? `${name} ${printRequired(selection.selections)}` : name;
    }
    const on = selection.onType === undefined ? '...' : `... on ${selection.onType}`;
    return `${on} ${printRequired(selection.selections)}`;
  });
  return `{ ${parts.join(' ')} }`;
}
