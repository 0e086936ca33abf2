import { inspect } from 'node:util';
import { z } from 'zod';

/** A value that is used and never shown: as JSON, in a log or in an error it reads `[secret]`. */
class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toJSON(): string {
    return '[secret]';
  }

  toString(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** For passwords and tokens in the input of a command. */
export const secretInput = z.string().transform((text) => new Secret(text));
