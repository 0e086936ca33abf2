export interface Person {
  readonly email: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly roleId: string;
}

/** Somebody with the same name lengths for every contender; unique by `id`. */
export function personNumber(id: string, roleId: string): Person {
  return { email: `${id}@example.org`, username: `user-${id}`, firstName: 'Ada', lastName: 'Lovelace', roleId };
}
