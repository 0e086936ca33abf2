export interface RoleServices {
  /** Every permission a role can hold. */
  readonly permissions: readonly string[];
}

declare module '../../graphql/context.ts' {
  interface ModuleServices {
    readonly roles: RoleServices;
  }
}
