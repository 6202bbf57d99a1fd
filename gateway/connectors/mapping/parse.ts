import { METHODS } from './methods/table.ts';
import { suggest } from './suggest.ts';
import { MAX_NESTING, MAX_STEPS, VARIABLES } from './syntax.ts';
import { tokenize } from './tokens.ts';
import type {
  ConnectVersion,
  Expression,
  Item,
  MappingOptions,
  MappingProblem,
  MethodStep,
  Path,
  Root,
  Selection,
  Step,
} from './syntax.ts';
import type { Token } from './tokens.ts';

const MAX_PROBLEMS = 20;

/** Leaves the construct being read; the problem is already noted. Caught where reading can go on. */
class Abandon extends Error {}

/** Where the keys of a path lead: into the backend's data, or into arguments and other values of the gateway. */
type Origin = 'data' | 'gateway';

interface Scope {
  readonly dollar: Origin;
  readonly at: Origin;
}

/**
 * Reads a mapping into its tree and notes all problems that it finds. Recursive descent over the grammar of the
 * connect spec's JSONSelection (https://github.com/apollographql/router, json_selection/README.md); what differs
 * between versions is asked with `allows`.
 */
export class Parser {
  readonly problems: MappingProblem[];
  readonly #options: MappingOptions;
  readonly #tokens: readonly Token[];
  #position = 0;
  #nesting = 0;
  #locals: ReadonlyMap<string, Origin> = new Map();

  constructor(text: string, options: MappingOptions, problems: MappingProblem[] = []) {
    this.problems = problems;
    this.#options = options;
    this.#tokens = tokenize(text, options.dialect, this.#allows('0.4'), problems);
  }

  /** The whole text: a selection, or a single value. `undefined` if nothing could be made of it. */
  parse(): Selection | Expression | undefined {
    const scope: Scope = { dollar: 'data', at: 'data' };
    try {
      if (this.#allows('0.4') && this.#peek().kind !== 'end') {
        const value = this.#wholeExpression(scope);
        if (value !== undefined) return value.kind === 'object' ? value.selection : value;
      }
      const start = this.#peek();
      const items = this.#items(scope, undefined);
      this.#finish();
      const only = items.length === 1 ? items[0]! : undefined;
      const spreads = only?.kind === 'spread' && !this.#isSpread(start);
      if (only !== undefined && (only.kind === 'anonymous' || spreads)) return only.value;
      return { kind: 'selection', items, ...this.#since(start) };
    } catch (error) {
      if (error instanceof Abandon) return undefined;
      throw error;
    }
  }

  /**
   * From v0.4 on the text may be any one expression. Undoes itself if more follows, or if it is a single key, which
   * is a field; a text that can only be an expression keeps its problems.
   */
  #wholeExpression(scope: Scope): Expression | undefined {
    const before = this.problems.length;
    const certain =
      this.#peek().kind === 'number' || this.#is('{') || this.#is('[') || this.#is('-') || this.#is('(');
    try {
      const value = this.#expression(scope);
      const isField = value.kind === 'path' && value.ownName !== undefined;
      if (this.#peek().kind === 'end' && this.problems.length === before && !isField) return value;
      if (certain) this.#finish();
    } catch (error) {
      if (!(error instanceof Abandon) || certain || this.#nesting > MAX_NESTING) throw error;
    }
    if (certain) throw new Abandon();
    this.problems.length = before;
    this.#position = 0;
    this.#nesting = 0;
    this.#locals = new Map();
    return undefined;
  }

  // --- Selections -----------------------------------------------------------------------------------------------

  #braces(scope: Scope, literal = false): Selection {
    const open = this.#expect('{');
    const items = this.#nested(() => this.#items(scope, '}', literal));
    this.#close('}', open);
    return { kind: 'selection', items, ...this.#since(open) };
  }

  /** The items up to the closing token (or the end); a broken item is skipped and the next one read. */
  #items(scope: Scope, closing: '}' | undefined, literal = false): Item[] {
    const items: Item[] = [];
    const separator = { mode: undefined as 'comma' | 'space' | undefined };
    while (!this.#atEnd(closing)) {
      const start = this.#peek();
      try {
        if (items.length > 0) this.#separator(separator, literal);
        if (this.#atEnd(closing)) break;
        items.push(this.#item(scope, literal));
      } catch (error) {
        if (!(error instanceof Abandon) || this.#nesting > MAX_NESTING) throw error;
        this.#recover(start);
        if (this.#peek() === start) throw error;
      }
    }
    const unnamed = items.find((item) => item.kind === 'anonymous');
    if (unnamed !== undefined && items.length > 1) {
      this.#problem(
        'This value has no name to be stored under, and only a selection of one value can do without.',
        unnamed.value,
        `Write \`name: …\` before it, or end it with \`{ … }\`.`,
      );
    }
    return items;
  }

  #atEnd(closing: '}' | undefined): boolean {
    return this.#peek().kind === 'end' || (closing !== undefined && this.#is(closing));
  }

  /** Items are separated by white space, or from v0.4 on by commas, but not by both in one list. */
  #separator(list: { mode: 'comma' | 'space' | undefined }, literal: boolean): void {
    const token = this.#peek();
    const comma = this.#accept(',');
    if (literal && !this.#allows('0.4')) {
      if (!comma) this.#problem('Properties of an object are separated by commas.', token, 'Add a comma.');
      return;
    }
    if (comma && !this.#allows('0.4')) {
      this.#needs('0.4', 'Commas between the fields of a selection', token, 'Leave the comma out.');
      return;
    }
    const mode = comma ? 'comma' : 'space';
    if (comma && list.mode === 'space') {
      this.#problem(
        'The items before this are separated by white space, so a comma does not fit.',
        token,
        'Use commas between all items or between none.',
      );
    } else if (!comma && list.mode === 'comma') {
      this.#problem(
        'The items before this are separated by commas, and here one is missing.',
        token,
        'Use commas between all items or between none.',
      );
    }
    list.mode ??= mode;
  }

  #item(scope: Scope, literal: boolean): Item {
    const start = this.#peek();
    if (this.#isSpread(start)) {
      this.#position += 1;
      if (!this.#allows('0.4')) {
        this.#needs(
          '0.4',
          'The spread `...`',
          start,
          'End the path with `{ … }` instead: then its fields join.',
        );
      }
      return { kind: 'spread', offset: start.offset, value: this.#expression(scope) };
    }
    if (this.#isKey(start) && this.#isPunctuator(this.#tokens[this.#position + 1], ':')) {
      this.#position += 2;
      const name = this.#outputName(start);
      return { kind: 'field', name, offset: start.offset, value: this.#aliased(scope, literal) };
    }
    if (literal && !this.#allows('0.4')) {
      this.#needs('0.4', 'A property without a value', start, `Write \`${start.value}: …\`.`);
    }
    const path = this.#path(scope);
    if (this.#is('??') || this.#is('?!')) {
      this.#problem('A choice needs a name to be stored under.', this.#peek(), 'Write `name: …` before it.');
      this.#position += 1;
      this.#expression(scope);
    }
    if (path.ownName !== undefined) {
      return { kind: 'field', name: this.#outputName(start), offset: start.offset, value: path };
    }
    return { kind: path.selection === undefined ? 'anonymous' : 'spread', offset: start.offset, value: path };
  }

  /** What follows `name:`. Before v0.4 a bare text or word there is a key of the data, and literals need `$(…)`. */
  #aliased(scope: Scope, literal: boolean): Expression {
    if (literal || this.#allows('0.4')) return this.#expression(scope);
    const start = this.#peek();
    if (this.#is('{')) return { kind: 'object', selection: this.#braces(scope), ...this.#since(start) };
    if (start.kind === 'number' || this.#is('[') || this.#is('-')) {
      const value = this.#expression(scope);
      this.#needs('0.4', 'A literal without `$(…)`', value, 'Put it into `$(…)`.');
      return value;
    }
    const path = this.#path(scope);
    if (!this.#is('??') && !this.#is('?!')) return path;
    const operator = this.#peek();
    this.#needs(
      this.#allows('0.3') ? '0.4' : '0.3',
      `The operator \`${operator.value}\` here`,
      operator,
      'Put the whole value into `$(…)` (connect v0.3 or newer).',
    );
    this.#position += 1;
    this.#expression(scope);
    return path;
  }

  // --- Expressions ----------------------------------------------------------------------------------------------

  #expression(scope: Scope): Expression {
    const start = this.#peek();
    const operands = [this.#operand(scope)];
    let operator: '??' | '?!' | undefined;
    for (let token = this.#peek(); this.#is('??') || this.#is('?!'); token = this.#peek()) {
      if (operator === undefined && !this.#allows('0.3')) {
        this.#needs('0.3', `The operator \`${token.value}\``, token);
      }
      operator ??= token.value as '??' | '?!';
      if (token.value !== operator) {
        this.#problem(
          `\`??\` and \`?!\` cannot be mixed in one chain.`,
          token,
          'Put the inner choice into `$(…)`.',
        );
      }
      this.#position += 1;
      operands.push(this.#operand(scope));
    }
    if (operator === undefined) return operands[0]!;
    return { kind: 'coalesce', operator, operands, ...this.#since(start) };
  }

  #operand(scope: Scope): Expression {
    const start = this.#peek();
    const literal = this.#literal(scope);
    if (literal === undefined) return this.#path(scope);
    if (!this.#is('.') && !this.#is('->') && !this.#is('?')) return literal;
    const locals = this.#locals;
    const { steps, selection } = this.#tail(scope, 'gateway', []);
    this.#locals = locals;
    return {
      kind: 'path',
      root: { kind: 'expression', expression: literal },
      steps,
      ...(selection === undefined ? {} : { selection }),
      ...this.#since(start),
    };
  }

  #literal(scope: Scope): Expression | undefined {
    const start = this.#peek();
    const following = this.#tokens[this.#position + 1];
    switch (start.kind) {
      case 'string':
        // `"some key" { … }` selects from that key.
        if (this.#isPunctuator(following, '{')) return undefined;
        this.#position += 1;
        return { kind: 'literal', value: start.value, offset: start.offset, length: start.length };
      case 'number':
        this.#position += 1;
        if (!Number.isFinite(Number(start.value))) this.#problem('This number is too large.', start);
        return { kind: 'literal', value: Number(start.value), offset: start.offset, length: start.length };
      case 'name':
        if (start.value !== 'true' && start.value !== 'false' && start.value !== 'null') return undefined;
        if (this.#isPunctuator(following, '{')) return undefined;
        this.#position += 1;
        return {
          kind: 'literal',
          value: start.value === 'null' ? null : start.value === 'true',
          offset: start.offset,
          length: start.length,
        };
      case 'punctuator':
        break;
      default:
        return undefined;
    }
    if (start.value === '-') {
      this.#position += 1;
      const number = this.#next();
      if (number.kind !== 'number') this.#abandon('A number must follow the minus sign.', number);
      return { kind: 'literal', value: -Number(number.value), ...this.#since(start) };
    }
    if (start.value === '{') {
      return { kind: 'object', selection: this.#braces(scope, true), ...this.#since(start) };
    }
    if (start.value === '[') {
      this.#position += 1;
      const items = this.#nested(() => this.#list(scope, ']'));
      this.#close(']', start);
      return { kind: 'array', items, ...this.#since(start) };
    }
    return undefined;
  }

  #list(scope: Scope, closing: ']' | ')'): Expression[] {
    const items: Expression[] = [];
    while (!this.#is(closing)) {
      items.push(this.#expression(scope));
      if (!this.#accept(',')) break;
    }
    return items;
  }

  // --- Paths ----------------------------------------------------------------------------------------------------

  #path(scope: Scope): Path {
    const start = this.#peek();
    const locals = this.#locals;
    let root: Root = { kind: 'dollar' };
    let origin = scope.dollar;
    const steps: Step[] = [];
    if (start.kind === 'variable') {
      this.#position += 1;
      const local = this.#locals.get(start.value);
      root = { kind: 'variable', name: start.value, local: local !== undefined, offset: start.offset };
      origin = local ?? 'gateway';
      if (local === undefined) this.#checkVariable(start);
    } else if (this.#is('$(')) {
      this.#position += 1;
      root = { kind: 'expression', expression: this.#nested(() => this.#expression(scope)) };
      this.#close(')', start);
    } else if (this.#accept('@')) {
      root = { kind: 'at' };
      origin = scope.at;
    } else if (this.#isKey(start)) {
      this.#position += 1;
      steps.push({ kind: 'key', key: this.#inputKey(start, origin), ...this.#since(start) });
    } else if (!this.#accept('$')) {
      this.#unexpected(start);
    }
    const { selection } = this.#tail(scope, origin, steps);
    this.#locals = locals;
    const isSingleKey =
      this.#isKey(start) && steps.every((step, index) => index === 0 || step.kind === 'optional');
    return {
      kind: 'path',
      root,
      steps,
      ...(selection === undefined ? {} : { selection }),
      ...(isSingleKey ? { ownName: start.value } : {}),
      ...this.#since(start),
    };
  }

  #tail(scope: Scope, origin: Origin, steps: Step[]): { steps: Step[]; selection?: Selection } {
    for (;;) {
      const token = this.#peek();
      if (steps.length > MAX_STEPS) this.#abandon(`A path has at most ${MAX_STEPS} steps.`, token);
      if (this.#accept('?')) {
        if (!this.#allows('0.3')) this.#needs('0.3', 'The optional step `?`', token, 'Leave it out.');
        if (steps.at(-1)?.kind === 'optional') this.#problem('One `?` is enough.', token, 'Leave it out.');
        steps.push({ kind: 'optional', ...this.#since(token) });
      } else if (this.#accept('.')) {
        const key = this.#peek();
        if (!this.#isKey(key)) this.#abandon('A key (a name or a quoted text) must follow the dot.', key);
        this.#position += 1;
        steps.push({ kind: 'key', key: this.#inputKey(key, origin), ...this.#since(key) });
      } else if (this.#accept('->')) {
        steps.push(this.#method({ dollar: scope.dollar, at: origin }, token, origin));
      } else {
        if (!this.#is('{')) return { steps };
        return { steps, selection: this.#braces({ dollar: origin, at: origin }) };
      }
    }
  }

  #method(scope: Scope, arrow: Token, origin: Origin): MethodStep {
    const name = this.#next();
    if (name.kind !== 'name') this.#abandon('The name of a method must follow `->`.', name);
    let args: Expression[] = [];
    const open = this.#peek();
    // The variable of `->as($name)` does not exist until the method has run.
    const locals = this.#locals;
    if (name.value === 'as' && open.value === '(') {
      const variable = this.#tokens[this.#position + 1];
      if (variable?.kind === 'variable') this.#locals = new Map(locals).set(variable.value, origin);
    }
    if (this.#accept('(')) {
      args = this.#nested(() => this.#list(scope, ')'));
      this.#close(')', open);
    }
    this.#checkMethod(name, args);
    return { kind: 'method', name: name.value, args, ...this.#since(arrow) };
  }

  #checkMethod(name: Token, args: readonly Expression[]): void {
    const method = METHODS.get(name.value);
    if (method === undefined) {
      const near = suggest(name.value, METHODS.keys());
      this.#problem(
        `There is no method ->${name.value}.`,
        name,
        near === undefined ? undefined : `Did you mean ->${near}?`,
      );
      return;
    }
    if (!this.#allows(method.since)) this.#needs(method.since, `->${name.value}`, name);
    if (args.length < method.minArgs || args.length > method.maxArgs) {
      const { minArgs: min, maxArgs: max } = method;
      const count =
        max === 255
          ? `at least ${min} argument${min === 1 ? '' : 's'}`
          : max === 0
            ? 'no arguments'
            : min === max
              ? `${min} argument${min === 1 ? '' : 's'}`
              : `${min} to ${max} arguments`;
      this.#problem(`->${name.value} takes ${count}, and here it has ${args.length}.`, name);
      return;
    }
    if (name.value === 'match' || name.value === 'matchIf') {
      const first = name.value === 'match' ? '@' : 'true';
      for (const pair of args) {
        if (pair.kind === 'array' && pair.items.length === 2) continue;
        this.#problem(
          `->${name.value} takes pairs [${name.value === 'match' ? 'candidate' : 'condition'}, value].`,
          pair,
          `Write [${first}, value] for everything else.`,
        );
      }
    }
    if (name.value === 'as') {
      const target = args[0]!;
      const isVariable =
        target.kind === 'path' &&
        target.root.kind === 'variable' &&
        target.steps.length === 0 &&
        target.selection === undefined;
      if (!isVariable)
        this.#problem('->as takes the name of a variable first.', target, 'Write ->as($name).');
    }
  }

  #checkVariable(token: Token): void {
    const since = VARIABLES.get(token.value);
    if (since === undefined) {
      const near = suggest(token.value, [...VARIABLES.keys(), ...this.#locals.keys()]);
      const fix = near === undefined ? 'Bind it first with ->as($name).' : `Did you mean ${near}?`;
      this.#problem(`There is no variable ${token.value} here.`, token, fix);
    } else if (!this.#allows(since)) {
      this.#needs(since, `The variable ${token.value}`, token);
    }
  }

  // --- Names ----------------------------------------------------------------------------------------------------

  #isKey(token: Token): boolean {
    return token.kind === 'name' || token.kind === 'string' || token.kind === 'key';
  }

  #inputKey(token: Token, origin: Origin): string {
    const { dialect, direction } = this.#options;
    const isMessageKey = dialect === 'grpc' && direction !== 'request' && origin === 'data';
    return isMessageKey && token.kind === 'name' ? messageKey(token.value) : token.value;
  }

  #outputName(token: Token): string {
    const { dialect, direction } = this.#options;
    const isMessageKey = dialect === 'grpc' && direction === 'request';
    return isMessageKey && token.kind === 'name' ? messageKey(token.value) : token.value;
  }

  // --- Tokens and problems --------------------------------------------------------------------------------------

  #peek(): Token {
    return this.#tokens[this.#position]!;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#position += 1;
    return token;
  }

  #is(punctuator: string): boolean {
    return this.#isPunctuator(this.#peek(), punctuator);
  }

  #isPunctuator(token: Token | undefined, punctuator: string): boolean {
    return token?.kind === 'punctuator' && token.value === punctuator;
  }

  #isSpread(token: Token): boolean {
    return this.#isPunctuator(token, '...');
  }

  #accept(punctuator: string): boolean {
    if (!this.#is(punctuator)) return false;
    this.#position += 1;
    return true;
  }

  #expect(punctuator: string): Token {
    const token = this.#peek();
    if (!this.#accept(punctuator)) this.#unexpected(token);
    return token;
  }

  #close(punctuator: string, open: Token): void {
    if (this.#accept(punctuator)) return;
    const token = this.#peek();
    if (token.kind === 'end') {
      this.#abandon(`This \`${open.value}\` is never closed.`, open, `Add \`${punctuator}\`.`);
    }
    this.#unexpected(token, `Close the \`${open.value}\` with \`${punctuator}\` first.`);
  }

  #nested<T>(read: () => T): T {
    this.#nesting += 1;
    if (this.#nesting > MAX_NESTING) {
      this.#abandon(
        `The mapping nests more than ${MAX_NESTING} levels deep.`,
        this.#peek(),
        'Make it flatter.',
      );
    }
    const result = read();
    this.#nesting -= 1;
    return result;
  }

  #finish(): void {
    const token = this.#peek();
    if (token.kind !== 'end') this.#unexpected(token);
  }

  /** After a broken item: on to the next line or item of the list that the item is in. */
  #recover(start: Token): void {
    // The nesting at which the item was read; deeper levels were left with the item.
    this.#nesting = start.nesting;
    while (this.#peek().kind !== 'end') {
      const token = this.#peek();
      const isOutside = token.nesting < start.nesting || this.#isClosing(token, start.nesting);
      const isNext = token.nesting === start.nesting && token !== start && token.startsLine;
      if (isOutside || isNext) return;
      this.#position += 1;
    }
  }

  /** The bracket that closes the list around tokens of this nesting. */
  #isClosing(token: Token, nesting: number): boolean {
    return token.kind === 'punctuator' && /^[})\]]$/.test(token.value) && token.nesting === nesting - 1;
  }

  #since(start: { offset: number }): { offset: number; length: number } {
    const last = this.#tokens[Math.max(0, this.#position - 1)]!;
    return { offset: start.offset, length: Math.max(0, last.offset + last.length - start.offset) };
  }

  #allows(version: ConnectVersion): boolean {
    return this.#options.version >= version;
  }

  #needs(
    version: ConnectVersion,
    feature: string,
    at: { offset: number; length: number },
    fix?: string,
  ): void {
    const link = `Link https://specs.apollo.dev/connect/v${version} or newer.`;
    this.#problem(
      `${feature} needs connect v${version}; this schema links v${this.#options.version}.`,
      at,
      fix === undefined ? link : `${fix} Or: ${link}`,
    );
  }

  #problem(message: string, at: { offset: number; length: number }, fix?: string): void {
    if (this.problems.length >= MAX_PROBLEMS) throw new Abandon();
    const { offset, length } = at;
    this.problems.push({ message, offset, length, ...(fix === undefined ? {} : { fix }) });
  }

  #abandon(message: string, at: Token, fix?: string): never {
    this.#problem(message, at, fix);
    throw new Abandon();
  }

  #unexpected(token: Token, fix?: string): never {
    if (token.kind === 'end') return this.#abandon('The text ends where a value is expected.', token, fix);
    if (token.value === '.') {
      return this.#abandon('A path cannot start with a dot.', token, 'Write `$.name`.');
    }
    return this.#abandon(`\`${token.value}\` is not expected here.`, token, fix);
  }
}

/** The key under which protobufjs holds a field: `display_name` is `displayName`. */
function messageKey(name: string): string {
  return (
    name.slice(0, 1) + name.slice(1).replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase())
  );
}
