/** Names of the built-in roles this module assigns or protects; `access` makes them at start. */
export const USER_ROLE = 'user';
export const ADMIN_ROLE = 'admin';
