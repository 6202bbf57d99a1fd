import type { ProtoMethod } from '../../../upstreams/grpc/types.ts';
import { plural, singular } from '../plurals.ts';
import { camelCase, wordsOf } from '../names.ts';

/** What a method's name and options say of it. */
export interface MethodRole {
  readonly root: 'Query' | 'Mutation' | 'Subscription';
  /** `get`, `list`, `create` …: the first word, if it is one that methods use to start with. */
  readonly verb: string | undefined;
  /** What it is about, as in the name: `User`, `UsersByCompany`; of a bare `Get`, what the service is about. */
  readonly noun: string;
  /** Whether nothing but the lack of a known name makes it a mutation. */
  readonly isGuess: boolean;
}

function wordsIn(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

const READS = wordsIn(`
  get list search find fetch read retrieve lookup query count check describe show view exists has
  is can test validate verify calculate compute estimate preview suggest autocomplete resolve scan
  aggregate compare inspect diff explain browse analyze predict translate watch stat print
`);
const WRITES = wordsIn(`
  create update delete add set put remove insert upsert patch replace undelete purge cancel start
  stop run execute send publish move copy enable disable import export write save store commit
  rollback begin acknowledge modify register unregister attach detach approve reject place submit
  reset revoke grant wait clear append merge rename restore reserve allocate release lock unlock
  pull push seek archive assign generate apply
`);
/** `BatchGetUsers` reads, `BatchCreateUsers` does not. */
const BATCHES = ['batch', 'multi', 'bulk'];
/** What is asked by these may leave the verb out of its name. */
const DROPPED = ['get', 'fetch', 'retrieve'];
/** Verbs that say nothing without what they are about: a bare `Create` of a `BookService` is `createBook`. */
const OF_SOMETHING = wordsIn(`
  create update delete patch replace insert upsert add set put remove watch check count exists
  describe
`);
/** Methods that are called for what they answer: `Version`, `ContainerStatus`, `ImageFsInfo`. */
const READ_NOUN = /(?:Status|Stats|Info|Version|Config|Capabilities|Metrics|Summary|History)$/;

export function roleOf(method: ProtoMethod): MethodRole {
  const words = wordsOf(method.name);
  const [first = '', second = ''] = words.map((word) => word.toLowerCase());
  const isBatch = BATCHES.includes(first) && words.length > 1;
  const verb = isBatch ? second : first;
  const isRead = READS.has(verb);
  const isWrite = WRITES.has(verb);
  const noun = words.slice(isRead || isWrite ? (isBatch ? 2 : 1) : 0).join('');
  const readsByNoun = !isWrite && READ_NOUN.test(method.name);
  const root = method.serverStreaming
    ? 'Subscription'
    : method.readOnly || isRead || readsByNoun
      ? 'Query'
      : 'Mutation';
  return {
    root,
    verb: isRead || isWrite ? (isBatch ? `batch${capital(verb)}` : verb) : undefined,
    noun: noun === '' ? serviceNoun(method) : noun,
    isGuess: root === 'Mutation' && !isWrite,
  };
}

/** `GetUser` → `user`, `ListUsers` → `users`, `SearchUsers` → `searchUsers`; a bare `Get` of a `UserService` → `user`. */
export function fieldNameOf(method: ProtoMethod, { root, verb, noun }: MethodRole): string {
  const isBare = wordsOf(method.name).length === 1 && verb !== undefined;
  if (root !== 'Mutation' && verb !== undefined && DROPPED.includes(verb))
    return camelCase(isBare ? singular(noun) : noun);
  if (root !== 'Mutation' && verb === 'list') return camelCase(isBare ? plural(singular(noun)) : noun);
  return camelCase(isBare && OF_SOMETHING.has(verb) ? `${method.name}_${noun}` : method.name);
}

/** `users.v1.UserService` → `User`. */
export function serviceNoun({ service }: ProtoMethod): string {
  const name = service.slice(service.lastIndexOf('.') + 1);
  return name.replace(/(?:Service|Svc|API|Api|Server)(?:V\d+)?$/, '') || name;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
