// A system on Node.js with npm's openid-client: node openid_client.mjs ISSUER ID SECRET PORT
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const here = createRequire(process.cwd() + "/package.json");
const oidc = await import(pathToFileURL(here.resolve("openid-client")));
const [issuer, id, secret, port] = process.argv.slice(2);
const back = `http://127.0.0.1:${port}/xong`;
const config = await oidc.discovery(new URL(issuer), id, secret, undefined, {
  execute: [oidc.allowInsecureRequests],
});
let waiting = {};

async function answer(request, response) {
  const address = new URL(request.url, back);
  if (address.pathname === "/xong") {
    const tokens = await oidc.authorizationCodeGrant(config, address, waiting);
    const { sub } = tokens.claims();
    const about = await oidc.fetchUserInfo(config, tokens.access_token, sub);
    const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token);
    const active = await oidc.tokenIntrospection(config, fresh.access_token);
    await oidc.tokenRevocation(config, fresh.access_token);
    const ended = await oidc.tokenIntrospection(config, fresh.access_token);
    const told = { ...about, before: active.active, after: ended.active };
    return response.end(JSON.stringify(told));
  }
  const verifier = oidc.randomPKCECodeVerifier();
  waiting = {
    pkceCodeVerifier: verifier,
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
    idTokenExpected: true,
  };
  const asked = oidc.buildAuthorizationUrl(config, {
    redirect_uri: back,
    scope: "openid profile personal_number",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: waiting.expectedState,
    nonce: waiting.expectedNonce,
  });
  response.writeHead(302, { Location: asked.href }).end();
}

createServer((request, response) => {
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  answer(request, response).catch((error) => {
    response.writeHead(500).end(JSON.stringify({ error: String(error), cause: String(error.cause) }));
  });
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
