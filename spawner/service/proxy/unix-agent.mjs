/**
 * Loaded into the proxy's process before its own program. For UNIX socket targets it has no agent and asks them to close the connection after the
 * answer. A target that answers and closes between two writes of the proxy turns a good answer to a POST or PUT into 503 (write EPIPE: on a UNIX
 * socket even the empty write that ends a request fails). With this agent the proxy is the one that closes; nothing is used twice.
 */
import { Agent } from 'node:http';
import { ConfigurableProxy } from 'configurable-http-proxy/lib/configproxy.js';

const agent = new Agent({ keepAlive: true });
agent.keepSocketAlive = () => false;

const optionsOf = ConfigurableProxy.prototype.proxyOptsForTarget;
ConfigurableProxy.prototype.proxyOptsForTarget = function (target) {
  const options = optionsOf.call(this, target);
  options.agent ??= agent;
  return options;
};
