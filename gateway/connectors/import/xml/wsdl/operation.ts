import type { ExpandedName, XmlNode } from '../xml-node.ts';

export type Protocol = 'soap11' | 'soap12' | 'http';

export interface Part {
  readonly name: string;
  /** A global element, or else a type. */
  readonly element: ExpandedName | undefined;
  readonly type: string | undefined;
  readonly node: XmlNode;
}

/** An operation of a port that can be called. */
export interface WsdlOperation {
  readonly name: string;
  readonly port: string;
  /** As `only` and messages call it: `port.operation`. */
  readonly fullName: string;
  readonly protocol: Protocol;
  readonly style: 'document' | 'rpc';
  /** Of the port, as the description says it. */
  readonly address: string | undefined;
  /** Below the address, for HTTP. */
  readonly location: string;
  readonly action: string;
  /** Of the wrapper elements, in the rpc style. */
  readonly namespace: string;
  readonly input: readonly Part[];
  readonly output: readonly Part[];
  readonly faults: readonly string[];
  /** What stands in `soap:Header` of the request. */
  readonly headers: readonly Part[];
  /** Names of what stands there in the answer. */
  readonly answerHeaders: readonly string[];
  readonly description: string | undefined;
  readonly node: XmlNode;
}

/** Why an operation cannot be called; told as a warning. */
export class Unsupported extends Error {}
