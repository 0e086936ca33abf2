import { defineEntity, p } from '@mikro-orm/core';
import { v7 } from 'uuid';
import { AggregateRoot, record } from '../../event-store/aggregate-root.ts';
import {
  PermissionGranted,
  PermissionRevoked,
  RoleCreated,
  RoleDeleted,
  type RoleSnapshot,
  RoleUpdated,
} from './role.events.ts';

const RoleSchema = defineEntity({
  name: 'Role',
  tableName: 'role',
  extends: AggregateRoot,
  properties: {
    name: p.text(),
    description: p.text(),
    permissions: p.array(),
    /** Built-in roles can be granted permissions, not renamed or deleted. */
    builtIn: p.boolean(),
  },
});

interface NewRole {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly string[];
  readonly builtIn: boolean;
}

export class Role extends RoleSchema.class {
  static create(input: NewRole, now: Date): Role {
    const role = new Role();
    role.id = v7();
    role.name = input.name;
    role.description = input.description;
    role.permissions = [...input.permissions].sort();
    role.builtIn = input.builtIn;
    role.createdAt = now;
    role.updatedAt = now;
    record(role, RoleCreated, () => ({ role: role.snapshot() }));
    return role;
  }

  /** A role that is stored no more: for showing only, never to be persisted. */
  static fromSnapshot(snapshot: RoleSnapshot): Role {
    return Object.assign(new Role(), {
      ...snapshot,
      createdAt: new Date(snapshot.createdAt),
      updatedAt: new Date(snapshot.updatedAt),
    });
  }

  change(input: { readonly name?: string | undefined; readonly description?: string | undefined }, now: Date): void {
    const name = input.name ?? this.name;
    const description = input.description ?? this.description;
    if (name === this.name && description === this.description) return;
    const previousData = this.snapshot();
    this.name = name;
    this.description = description;
    this.updatedAt = now;
    record(this, RoleUpdated, () => ({ role: this.snapshot(), previousData }));
  }

  grant(permission: string, now: Date): void {
    if (this.permissions.includes(permission)) return;
    this.permissions = [...this.permissions, permission].sort();
    this.updatedAt = now;
    record(this, PermissionGranted, () => ({ role: this.snapshot(), permission }));
  }

  revoke(permission: string, now: Date): void {
    if (!this.permissions.includes(permission)) return;
    this.permissions = this.permissions.filter((held) => held !== permission);
    this.updatedAt = now;
    record(this, PermissionRevoked, () => ({ role: this.snapshot(), permission }));
  }

  /** The caller removes the entity in the same flush. */
  delete(): void {
    const previousData = this.snapshot();
    record(this, RoleDeleted, () => ({ roleId: this.id, previousData }));
  }

  snapshot(): RoleSnapshot {
    return {
      id: this.id,
      name: this.name,
      description: this.description,
      permissions: [...this.permissions],
      builtIn: this.builtIn,
      version: this.version,
      createdAt: this.createdAt.toISOString(),
      updatedAt: this.updatedAt.toISOString(),
    };
  }
}
RoleSchema.setClass(Role);
