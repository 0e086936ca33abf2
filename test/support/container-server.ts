import type { ContainerRuntimeClient } from 'testcontainers';
import { dockerEngineAnswers } from './docker-engine.ts';
import { findFreePort } from './free-port.ts';
import { START_TIMEOUT_MS, STOP_TIMEOUT_MS, type PrivateServer } from './private-server.ts';
import { waitFor } from './wait-for.ts';

type Container = ReturnType<ContainerRuntimeClient['container']['getById']>;

export interface ContainerProgram {
  readonly image: string;
  readonly command: string[];
  readonly environment?: Record<string, string>;
  /** Absolute paths in the container and what stands there. */
  readonly files?: Readonly<Record<string, string>>;
  /** The port inside the container. */
  readonly port: number;
  urlOf(host: string, port: number): string;
  /** Whether the server takes commands; may throw while it does not. */
  isReady(url: string): Promise<boolean>;
}

/**
 * Runs a server in a container; undefined where no Docker engine answers or it cannot run the image, say because it may
 * not fetch it. Should the test run die, testcontainers' own reaper removes the container.
 */
export async function startContainer(program: ContainerProgram): Promise<PrivateServer | undefined> {
  if (!(await dockerEngineAnswers())) return undefined;
  try {
    return await startOnEngine(program);
  } catch (error) {
    process.stderr.write(`The Docker engine cannot run ${program.image}, trying installed servers: ${String(error)}\n`);
    return undefined;
  }
}

async function startOnEngine(program: ContainerProgram): Promise<PrivateServer> {
  const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers');
  const { container: engine } = await getContainerRuntimeClient();
  // A port of our choice: one the engine chooses would be another one after a restart.
  const port = await findFreePort();
  const files = Object.entries(program.files ?? {}).map(([target, content]) => ({ target, content }));
  const started = await new GenericContainer(program.image)
    .withExposedPorts({ container: program.port, host: port })
    .withEnvironment(program.environment ?? {})
    .withCopyContentToContainer(files)
    .withCommand(program.command)
    .withStartupTimeout(START_TIMEOUT_MS)
    .start();
  const server = new ContainerServer(engine.getById(started.getId()), program, started.getHost(), port);
  await server.untilReady();
  return server;
}

class ContainerServer implements PrivateServer {
  readonly url: string;
  readonly port: number;
  readonly #container: Container;
  readonly #program: ContainerProgram;

  constructor(container: Container, program: ContainerProgram, host: string, port: number) {
    this.#container = container;
    this.#program = program;
    this.url = program.urlOf(host, port);
    this.port = port;
  }

  async stop(): Promise<void> {
    if (await this.#isRunning()) await this.#container.stop({ t: STOP_TIMEOUT_MS / 1000 });
  }

  async kill(): Promise<void> {
    if (!(await this.#isRunning())) return;
    await this.#container.kill({ signal: 'SIGKILL' });
    await this.#container.wait();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.#container.start();
    await this.untilReady();
  }

  async untilReady(): Promise<void> {
    await waitFor(() => this.#program.isReady(this.url), {
      describe: `the container of ${this.#program.image} to take connections`,
      timeoutMs: START_TIMEOUT_MS,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container.remove({ force: true, v: true });
  }

  async #isRunning(): Promise<boolean> {
    return (await this.#container.inspect()).State.Running;
  }
}
