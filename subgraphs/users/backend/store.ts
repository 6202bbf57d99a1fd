import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { fromStruct, toStruct } from '../../common/grpc/struct.ts';
import type { Json } from '../../common/grpc/struct.ts';
import { scattered } from '../../common/scattered.ts';
import { openDatabase } from '../../common/sqlite/open.ts';
import { inTransaction } from '../../common/sqlite/transaction.ts';
import { fold } from '../../common/text.ts';
import type { Contact, User } from './messages.ts';
import { seedUsers } from './seed.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS users (
    number         INTEGER PRIMARY KEY,
    display_name   TEXT NOT NULL,
    email          TEXT NOT NULL UNIQUE COLLATE NOCASE,
    phone          TEXT,
    status         INTEGER NOT NULL,
    address        TEXT,
    preferences    TEXT,
    created_at     INTEGER NOT NULL, -- milliseconds since 1970
    loyalty_points INTEGER NOT NULL,
    contact        TEXT NOT NULL,
    search         TEXT NOT NULL,    -- what SearchUsers looks into, folded
    request_id     TEXT UNIQUE       -- of the CreateUser call that made the row
  ) STRICT`;

/** int64 as text: a JavaScript number would lose digits beyond 2^53. */
const COLUMNS = `number, display_name, email, phone, status, address, preferences, created_at,
  CAST(loyalty_points AS TEXT) AS loyalty_points, contact`;

const MATCHES = 'NOT EXISTS (SELECT 1 FROM json_each(:words) WHERE instr(users.search, value) = 0)';

interface Row {
  readonly number: number;
  readonly display_name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly status: number;
  readonly address: string | null;
  readonly preferences: string | null;
  readonly created_at: number;
  readonly loyalty_points: string;
  readonly contact: string;
}

/** The users in an SQLite database. All methods are synchronous and throw on I/O errors. */
export class UserStore {
  readonly #database: DatabaseSync;
  readonly #watchers = new Map<string, Set<(user: User) => void>>();
  readonly #byNumbers: StatementSync;
  readonly #byEmail: StatementSync;
  readonly #byRequest: StatementSync;
  readonly #page: StatementSync;
  readonly #count: StatementSync;
  readonly #write: StatementSync;
  readonly #lastNumber: StatementSync;

  /** @param path of the database file, made and seeded if missing; `:memory:` for one that is gone on close */
  constructor(path: string) {
    const database = openDatabase(path);
    database.exec(SCHEMA);
    this.#database = database;
    this.#byNumbers = database.prepare(
      `SELECT ${COLUMNS} FROM users WHERE number IN (SELECT value FROM json_each(:numbers))`,
    );
    this.#byEmail = database.prepare('SELECT number FROM users WHERE email = :email');
    this.#byRequest = database.prepare(`SELECT ${COLUMNS} FROM users WHERE request_id = :requestId`);
    this.#page = database.prepare(
      `SELECT ${COLUMNS} FROM users WHERE number > :after AND ${MATCHES} ORDER BY number LIMIT :limit`,
    );
    this.#count = database.prepare(`SELECT count(*) AS total FROM users WHERE ${MATCHES}`);
    this.#lastNumber = database.prepare('SELECT coalesce(max(number), 0) AS last FROM users');
    this.#write = database.prepare(`
      INSERT INTO users VALUES (:number, :displayName, :email, :phone, :status, :address, :preferences, :createdAt,
        :loyaltyPoints, :contact, :search, :requestId)
      ON CONFLICT (number) DO UPDATE SET display_name = excluded.display_name, email = excluded.email,
        phone = excluded.phone, status = excluded.status, address = excluded.address,
        preferences = excluded.preferences, contact = excluded.contact, search = excluded.search`);
    this.#seed();
  }

  /** The users that exist, each once, in no order that a caller could rely on. */
  byIds(ids: readonly string[]): User[] {
    const numbers = ids.map(userNumber).filter((number) => number !== undefined);
    const rows = this.#byNumbers.all({ numbers: JSON.stringify(numbers) }) as unknown as Row[];
    return rows.sort((a, b) => scattered(a.number) - scattered(b.number)).map(toUser);
  }

  byId(id: string): User | undefined {
    return this.byIds([id])[0];
  }

  /** The user that a CreateUser call with this request id made. */
  byRequest(requestId: string): User | undefined {
    const row = this.#byRequest.get({ requestId }) as Row | undefined;
    return row && toUser(row);
  }

  idOfEmail(email: string): string | undefined {
    const row = this.#byEmail.get({ email }) as { number: number } | undefined;
    return row && `u${row.number}`;
  }

  /** Users whose number exceeds `after` and who match all words (folded), in the order of their numbers. */
  page(words: readonly string[], after: number, limit: number): User[] {
    const rows = this.#page.all({ words: JSON.stringify(words), after, limit });
    return (rows as unknown as Row[]).map(toUser);
  }

  count(words: readonly string[]): number {
    return (this.#count.get({ words: JSON.stringify(words) }) as { total: number }).total;
  }

  /** Adds a user, who gets the next id. */
  create(user: User, requestId: string | undefined): User {
    return inTransaction(this.#database, () => {
      const { last } = this.#lastNumber.get() as { last: number };
      const created = { ...user, id: `u${last + 1}` };
      this.#write.run(toRow(created, requestId));
      return created;
    });
  }

  /** Replaces a user and tells those who watch. */
  update(user: User): void {
    this.#write.run(toRow(user, undefined));
    for (const watcher of this.#watchers.get(user.id!) ?? []) watcher(user);
  }

  /** Calls `watcher` with the user after each update. @returns ends that */
  watch(id: string, watcher: (user: User) => void): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0) this.#watchers.delete(id);
    };
  }

  close(): void {
    this.#database.close();
  }

  #seed(): void {
    inTransaction(this.#database, () => {
      if (this.count([]) > 0) return;
      for (const user of seedUsers()) this.#write.run(toRow(user, undefined));
    });
  }
}

/** 42 for `u42`; undefined for what cannot be an id. */
export function userNumber(id: string): number | undefined {
  return /^u[1-9][0-9]{0,14}$/u.test(id) ? Number(id.slice(1)) : undefined;
}

function toUser(row: Row): User {
  const contact = JSON.parse(row.contact) as Contact;
  return {
    id: `u${row.number}`,
    displayName: row.display_name,
    email: row.email,
    ...(row.phone !== null && { phone: row.phone }),
    status: row.status,
    ...(row.address !== null && { address: JSON.parse(row.address) as NonNullable<User['address']> }),
    ...(row.preferences !== null && {
      preferences: toStruct(JSON.parse(row.preferences) as { [key: string]: Json }),
    }),
    createdAt: {
      seconds: String(Math.floor(row.created_at / 1000)),
      nanos: (row.created_at % 1000) * 1_000_000,
    },
    loyaltyPoints: row.loyalty_points,
    ...contact,
  };
}

function toRow(user: User, requestId: string | undefined): Record<string, SQLInputValue> {
  const { emailContact, phoneContact, postalContact, address, preferences, createdAt } = user;
  const searched = [user.displayName, user.email, address?.city];
  return {
    number: userNumber(user.id!)!,
    displayName: user.displayName!,
    email: user.email!,
    phone: user.phone ?? null,
    status: user.status ?? 0,
    address: address ? JSON.stringify(address) : null,
    preferences: preferences ? JSON.stringify(fromStruct(preferences)) : null,
    createdAt: Number(createdAt!.seconds) * 1000 + (createdAt!.nanos ?? 0) / 1_000_000,
    loyaltyPoints: BigInt(user.loyaltyPoints ?? 0),
    contact: JSON.stringify({ emailContact, phoneContact, postalContact }),
    search: fold(searched.filter(Boolean).join('\n')),
    requestId: requestId ?? null,
  };
}
