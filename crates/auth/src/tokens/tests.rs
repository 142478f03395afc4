//! Forged tokens (all refused), right ones, rotation, memory.

use std::sync::LazyLock;

use super::*;
use crate::{keys::generate_key, remembered};

const ISSUER: &str = "https://tracker.example";
const T0: i64 = 1_800_000_000;

static KEY: LazyLock<SigningKeyMaterial> = LazyLock::new(|| generate_key().unwrap());
static OTHER: LazyLock<SigningKeyMaterial> = LazyLock::new(|| generate_key().unwrap());

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(T0 + seconds, 0).unwrap()
}

fn tokens() -> JwtTokens {
    JwtTokens::new(ISSUER, AUDIENCE, &KEY, &[]).unwrap()
}

fn claims() -> AccessClaims {
    AccessClaims {
        subject: Uuid::from_u128(0x1111),
        session: Uuid::from_u128(0x2222),
        token_id: Uuid::from_u128(0x3333),
        issued_at: at(0),
        expires_at: at(600),
    }
}

fn good_header() -> Value {
    json!({"alg": "RS256", "typ": "at+jwt", "kid": KEY.kid})
}

fn good_payload() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": Uuid::from_u128(0x1111), "sid": Uuid::from_u128(0x2222),
        "jti": Uuid::from_u128(0x3333), "iat": T0, "nbf": T0, "exp": T0 + 600,
    })
}

fn with(mut object: Value, member: &str, value: Value) -> Value {
    object[member] = value;
    object
}

fn without(mut object: Value, member: &str) -> Value {
    object.as_object_mut().unwrap().remove(member);
    object
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Signed rightly over any header and payload text whatever.
fn signed_text(key: &SigningKeyMaterial, header: &str, payload: &str) -> String {
    let message = format!("{}.{}", b64(header), b64(payload));
    let pair = KeyPair::from_pkcs8(&key.private_pkcs8_der).unwrap();
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", b64(signature))
}

fn signed(header: Value, payload: Value) -> String {
    signed_text(&KEY, &header.to_string(), &payload.to_string())
}

fn hs256(header: Value, secret: &[u8]) -> String {
    let message = format!("{}.{}", b64(header.to_string()), b64(good_payload().to_string()));
    let key = jsonwebtoken::EncodingKey::from_secret(secret);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

/// Everything that must be refused, with a name for each.
fn forged() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, token: String| all.push((name.to_owned(), token));

    // Algorithm.
    for alg in ["none", "None", "NONE", "nOnE", "", "rs256", "RS384", "RS512", "PS256", "ES256", "EdDSA", "HS256"] {
        let header = with(good_header(), "alg", json!(alg));
        let token = signed(header.clone(), good_payload());
        let unsigned = token.rsplit_once('.').unwrap().0;
        add(&format!("alg {alg:?}, no signature"), format!("{unsigned}."));
        add(&format!("alg {alg:?}, no third part"), unsigned.to_owned());
        add(&format!("alg {alg:?}, RS256 signature"), token);
    }
    for alg in [json!(null), json!(256), json!(["RS256"]), json!({"alg": "RS256"})] {
        add(&format!("alg {alg}"), signed(with(good_header(), "alg", alg), good_payload()));
    }
    add("no alg", signed(without(good_header(), "alg"), good_payload()));
    let hmac = with(good_header(), "alg", json!("HS256"));
    add("HS256 with the public PEM", hs256(hmac.clone(), KEY.public_spki_pem.as_bytes()));
    add("HS256 with the trimmed public PEM", hs256(hmac.clone(), KEY.public_spki_pem.trim().as_bytes()));
    add("HS256 with the modulus", hs256(hmac.clone(), &URL_SAFE_NO_PAD.decode(&KEY.n).unwrap()));
    add("HS256 with the modulus as text", hs256(hmac.clone(), KEY.n.as_bytes()));
    add("HS256 with an empty secret", hs256(hmac, b""));
    add("HMAC signature under RS256", hs256(good_header(), KEY.public_spki_pem.as_bytes()));

    // Keys brought along.
    let own = json!({"kty": "RSA", "n": OTHER.n, "e": OTHER.e, "kid": OTHER.kid});
    for (member, value) in [
        ("jwk", own.clone()),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
        ("x5t#S256", json!("AAAA")),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
        ("cty", json!("JWT")),
    ] {
        let header = with(good_header(), member, value);
        add(&format!("{member}, right signature"), signed(header.clone(), good_payload()));
        add(&format!("{member}, own signature"), signed_text(&OTHER, &header.to_string(), &good_payload().to_string()));
    }

    // kid.
    for kid in [
        json!(OTHER.kid),
        json!("unknown"),
        json!(""),
        json!("../../../../dev/null"),
        json!("/dev/null"),
        json!("file:///etc/hostname"),
        json!("https://evil.example/key"),
        json!("' OR 1=1 --"),
        json!("key\0"),
        json!(null),
        json!(0),
        json!([KEY.kid]),
        json!({"kid": KEY.kid}),
        json!(KEY.kid.to_lowercase()),
        json!(format!(" {}", KEY.kid)),
    ] {
        add(&format!("kid {kid}"), signed(with(good_header(), "kid", kid), good_payload()));
    }
    add("no kid", signed(without(good_header(), "kid"), good_payload()));
    let payload = good_payload().to_string();
    for (name, header) in [
        ("kid twice, the right one last", format!(r#"{{"alg":"RS256","typ":"at+jwt","kid":"x","kid":"{}"}}"#, KEY.kid)),
        ("kid twice, the right one first", format!(r#"{{"alg":"RS256","typ":"at+jwt","kid":"{}","kid":"x"}}"#, KEY.kid)),
        ("kid twice, the same", format!(r#"{{"alg":"RS256","typ":"at+jwt","kid":"{0}","kid":"{0}"}}"#, KEY.kid)),
        ("kid twice, one escaped", format!(r#"{{"alg":"RS256","typ":"at+jwt","kid":"{0}","k\u0069d":"{0}"}}"#, KEY.kid)),
        ("alg twice", format!(r#"{{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"{}"}}"#, KEY.kid)),
        ("typ twice", format!(r#"{{"alg":"RS256","typ":"JWT","typ":"at+jwt","kid":"{}"}}"#, KEY.kid)),
        ("header as an array", format!(r#"["RS256","at+jwt","{}"]"#, KEY.kid)),
        ("header with more after it", format!("{}{{}}", good_header())),
        ("header empty", String::new()),
        ("header null", "null".to_owned()),
        ("header no JSON", "alg=RS256".to_owned()),
    ] {
        add(name, signed_text(&KEY, &header, &payload));
    }
    add("other key, our kid", signed_text(&OTHER, &good_header().to_string(), &payload));
    let other_header = with(good_header(), "kid", json!(OTHER.kid)).to_string();
    add("other key, its kid", signed_text(&OTHER, &other_header, &payload));

    // typ: no ID token, refresh token, logout token or plain JWT.
    for typ in ["JWT", "jwt", "", "id+jwt", "rt+jwt", "logout+jwt", "dpop+jwt", "at-jwt", "at+jwt ", "application/jwt"] {
        add(&format!("typ {typ:?}"), signed(with(good_header(), "typ", json!(typ)), good_payload()));
    }
    add("typ null", signed(with(good_header(), "typ", json!(null)), good_payload()));
    add("no typ", signed(without(good_header(), "typ"), good_payload()));

    // Claims missing, of another type, of another issuer.
    for claim in ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"] {
        add(&format!("no {claim}"), signed(good_header(), without(good_payload(), claim)));
        for value in [json!(null), json!(true), json!([]), json!({}), json!(""), json!(["x"])] {
            add(&format!("{claim} {value}"), signed(good_header(), with(good_payload(), claim, value)));
        }
    }
    for claim in ["iat", "nbf", "exp"] {
        for value in [
            json!((T0 + 300).to_string()),
            json!(-1),
            json!(i64::MIN),
            json!(i64::MAX),
            json!(u64::MAX),
            json!(1e300),
            json!(9_007_199_254_740_993_i64),
            json!(T0 as f64 + 300.5),
            json!(T0 as f64 + 300.0),
        ] {
            add(&format!("{claim} {value}"), signed(good_header(), with(good_payload(), claim, value)));
        }
        let huge = good_payload().to_string().replacen(&format!("\"{claim}\":"), &format!("\"{claim}\":1e999,\"x\":"), 1);
        add(&format!("{claim} beyond every number"), signed_text(&KEY, &good_header().to_string(), &huge));
        let twice = good_payload().to_string().replacen('{', &format!("{{\"{claim}\":{},", T0 + 500), 1);
        add(&format!("{claim} twice"), signed_text(&KEY, &good_header().to_string(), &twice));
    }
    for claim in ["sub", "sid", "jti"] {
        for value in [json!("1"), json!("admin"), json!(17), json!("00000000-0000-0000-0000-00000000111g")] {
            add(&format!("{claim} {value}"), signed(good_header(), with(good_payload(), claim, value)));
        }
    }
    for (claim, value) in [
        ("aud", json!("other")),
        ("aud", json!("Tasktrack")),
        ("aud", json!(["other", AUDIENCE])),
        ("aud", json!("tasktrack ")),
        ("iss", json!("https://evil.example")),
        ("iss", json!(format!("{ISSUER}/"))),
        ("iss", json!("https://tracker.example.evil.example")),
    ] {
        add(&format!("{claim} {value}"), signed(good_header(), with(good_payload(), claim, value)));
    }

    // Times.
    add("nbf in future", signed(good_header(), with(good_payload(), "nbf", json!(T0 + 62))));
    add("iat in future", signed(good_header(), with(good_payload(), "iat", json!(T0 + 62))));
    add("exp past", signed(good_header(), with(with(good_payload(), "iat", json!(T0 - 700)), "exp", json!(T0 - 100))));
    add("exp now", signed(good_header(), with(good_payload(), "exp", json!(T0 + 1))));
    add("exp before iat", signed(good_header(), with(good_payload(), "exp", json!(T0 - 1))));
    add("lives a year", signed(good_header(), with(good_payload(), "exp", json!(T0 + 31_536_000))));
    add("payload as an array", signed_text(&KEY, &good_header().to_string(), r#"["x"]"#));
    add("payload no JSON", signed_text(&KEY, &good_header().to_string(), "sub=1"));
    add("payload nested deeply", signed_text(&KEY, &good_header().to_string(), &"[".repeat(2000)));

    // Form.
    let good = signed(good_header(), good_payload());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = message.split_once('.').unwrap();
    for cut in [1, 2, 10, 171, signature.len() - 1, signature.len()] {
        add(&format!("signature cut by {cut}"), good[..good.len() - cut].to_owned());
    }
    add("signature longer", format!("{good}AAAA"));
    add("signature of zeros", format!("{message}.{}", b64([0; 256])));
    let mut turned = URL_SAFE_NO_PAD.decode(signature).unwrap();
    turned[100] ^= 1;
    add("one bit of the signature", format!("{message}.{}", b64(&turned)));
    // The last character of 256 bytes carries 4 bits only: another spelling of the same bytes must not pass.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = alphabet.find(good.chars().last().unwrap()).unwrap();
    let sibling = alphabet.chars().nth(last ^ 1).unwrap();
    add("signature spelt otherwise", format!("{}{sibling}", &good[..good.len() - 1]));
    add("signature with padding", format!("{good}=="));
    add("other payload, same signature", {
        let payload = with(good_payload(), "sub", json!(Uuid::from_u128(0x9999)));
        format!("{header}.{}.{signature}", b64(payload.to_string()))
    });
    add("header with padding", format!("{header}=.{payload}.{signature}"));
    add("four parts", format!("{good}.{signature}"));
    add("five parts", format!("{header}.{header}.{payload}.{payload}.{signature}"));
    add("parts swapped", format!("{payload}.{header}.{signature}"));
    add("two parts", format!("{header}.{payload}"));
    add("empty", String::new());
    add("dots", "..".to_owned());
    add("one part", "abc".to_owned());
    add("Bearer before it", format!("Bearer {good}"));
    add("space before it", format!(" {good}"));
    add("line after it", format!("{good}\n"));
    add("not ASCII", format!("é{good}"));
    add("NUL", format!("{good}\0"));
    add("1 MB of As", "A".repeat(1_000_000));
    add("1 MB of dots", ".".repeat(1_000_000));
    add("1 MB, rightly signed", signed(good_header(), with(good_payload(), "x", json!("A".repeat(750_000)))));
    add("just above the limit, rightly signed", signed(good_header(), with(good_payload(), "x", json!("A".repeat(6_000)))));
    all
}

#[test]
fn every_forged_token_is_refused() {
    let tokens = tokens();
    let forged = forged();
    assert!(forged.len() >= 200, "only {} forged tokens", forged.len());
    let now = at(1);
    let accepted: Vec<&str> = forged.iter().filter(|(_, token)| tokens.verify(token, now).is_ok()).map(|(name, _)| name.as_str()).collect();
    assert!(accepted.is_empty(), "{} of {} accepted: {accepted:#?}", accepted.len(), forged.len());
    assert_eq!(tokens.ring().remembered.len(), 0, "nothing refused is remembered");
    println!("{} forged tokens, 0 accepted", forged.len());

    // And again, with a good one remembered.
    tokens.verify(&signed(good_header(), good_payload()), now).unwrap();
    assert!(forged.iter().all(|(_, token)| tokens.verify(token, now).is_err()));
    assert_eq!(tokens.ring().remembered.len(), 1);
}

#[test]
fn good_tokens_are_accepted() {
    let tokens = tokens();
    let token = tokens.issue(&claims()).unwrap();
    assert!(token.len() < 800, "{} bytes", token.len());
    assert_eq!(tokens.verify(&token, at(0)).unwrap(), claims());
    for (name, token) in [
        ("as made by hand", signed(good_header(), good_payload())),
        ("long type", signed(with(good_header(), "typ", json!("application/at+jwt")), good_payload())),
        ("type in capitals", signed(with(good_header(), "typ", json!("AT+JWT")), good_payload())),
        ("an unknown claim", signed(good_header(), with(good_payload(), "scope", json!("read")))),
    ] {
        assert_eq!(tokens.verify(&token, at(1)), Ok(claims()), "{name}");
    }
}

#[test]
fn other_libraries_accept_our_tokens() {
    let tokens = tokens();
    let mut claims = claims();
    // jsonwebtoken asks the real clock.
    let wall = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    claims.issued_at = DateTime::from_timestamp(i64::try_from(wall).unwrap(), 0).unwrap();
    claims.expires_at = claims.issued_at + TimeDelta::minutes(10);
    let token = tokens.issue(&claims).unwrap();
    let mut validation = jsonwebtoken::Validation::new(Algorithm::RS256);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[ISSUER]);
    validation.validate_nbf = true;
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(tokens.jwks()).unwrap();
    let header = jsonwebtoken::decode_header(&token).unwrap();
    let jwk = set.find(header.kid.as_deref().unwrap()).unwrap();
    let read = jsonwebtoken::decode::<Value>(&token, &DecodingKey::from_jwk(jwk).unwrap(), &validation).unwrap();
    assert_eq!(read.claims["sub"], json!(claims.subject));
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    let pem = DecodingKey::from_rsa_pem(tokens.public_key_pem().as_bytes()).unwrap();
    jsonwebtoken::decode::<Value>(&token, &pem, &validation).unwrap();
}

#[test]
fn the_clock_is_asked_at_every_call() {
    let tokens = tokens();
    let token = tokens.issue(&claims()).unwrap();
    for round in 0..2 {
        // The second round is answered from memory (until the token has expired).
        assert_eq!(tokens.verify(&token, at(-61)), Err(TokenError::Invalid), "round {round}: too early");
        assert!(tokens.verify(&token, at(-60)).is_ok(), "round {round}: within the leeway");
        assert!(tokens.verify(&token, at(599)).is_ok(), "round {round}: last second");
        assert_eq!(tokens.ring().remembered.len(), 1);
    }
    assert_eq!(tokens.verify(&token, at(600)), Err(TokenError::Expired), "no leeway at the end");
    assert_eq!(tokens.verify(&token, at(100_000)), Err(TokenError::Expired));
    assert_eq!(tokens.ring().remembered.len(), 0, "forgotten");
}

#[test]
fn a_second_verification_costs_no_rsa() {
    let tokens = tokens();
    let token = tokens.issue(&claims()).unwrap();
    tokens.verify(&token, at(0)).unwrap();
    assert!(tokens.ring().remembered.get(&remembered::fingerprint(&token)).is_some());
    let start = std::time::Instant::now();
    for _ in 0..1000 {
        tokens.verify(&token, at(0)).unwrap();
    }
    let again = start.elapsed();
    let start = std::time::Instant::now();
    for _ in 0..1000 {
        tokens.check(&tokens.ring(), &token).unwrap();
    }
    let anew = start.elapsed();
    println!("per thousand: remembered {again:?}, anew {anew:?}");
}

#[test]
fn rotation_never_refuses_a_living_token() {
    let tokens = tokens();
    let old = tokens.issue(&claims()).unwrap();
    // The next key is published, the old one signs.
    tokens.replace_keys(&KEY, &[KEY.public(), OTHER.public()]).unwrap();
    assert_eq!(tokens.jwks()["keys"].as_array().unwrap().len(), 2);
    assert_eq!(tokens.signing_kid(), KEY.kid);
    // Another node is ahead and signs with it already.
    let ahead = JwtTokens::new(ISSUER, AUDIENCE, &OTHER, &[KEY.public()]).unwrap();
    assert!(tokens.verify(&ahead.issue(&claims()).unwrap(), at(0)).is_ok());
    // The next key signs, the old one is still published.
    tokens.replace_keys(&OTHER, &[KEY.public()]).unwrap();
    let new = tokens.issue(&claims()).unwrap();
    assert_eq!(tokens.public_key_pem(), OTHER.public_spki_pem);
    assert!(tokens.verify(&old, at(1)).is_ok());
    assert!(tokens.verify(&new, at(1)).is_ok());
    // The old key is retired: its tokens end at once, remembered or not.
    tokens.replace_keys(&OTHER, &[]).unwrap();
    assert_eq!(tokens.verify(&old, at(2)), Err(TokenError::Invalid));
    assert!(tokens.verify(&new, at(2)).is_ok());
}

#[test]
fn the_same_keys_again_forget_nothing() {
    let tokens = tokens();
    tokens.verify(&tokens.issue(&claims()).unwrap(), at(0)).unwrap();
    tokens.replace_keys(&KEY, &[]).unwrap();
    assert_eq!(tokens.ring().remembered.len(), 1);
}

#[test]
fn rotation_under_load_refuses_nobody() {
    let tokens = tokens();
    let old = tokens.issue(&claims()).unwrap();
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    (0..300)
                        .filter(|_| {
                            let fresh = tokens.issue(&claims()).unwrap();
                            tokens.verify(&old, at(1)).is_err() || tokens.verify(&fresh, at(1)).is_err()
                        })
                        .count()
                })
            })
            .collect();
        for _ in 0..20 {
            tokens.replace_keys(&OTHER, &[KEY.public()]).unwrap();
            tokens.replace_keys(&KEY, &[OTHER.public()]).unwrap();
        }
        assert_eq!(readers.into_iter().map(|reader| reader.join().unwrap()).sum::<usize>(), 0);
    });
}

#[test]
fn the_key_set_has_public_members_only() {
    let tokens = JwtTokens::new(ISSUER, AUDIENCE, &KEY, &[OTHER.public()]).unwrap();
    let set = tokens.jwks();
    for key in set["keys"].as_array().unwrap() {
        let mut members: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
        assert_eq!((&key["kty"], &key["alg"], &key["use"]), (&json!("RSA"), &json!("RS256"), &json!("sig")));
    }
    assert_eq!(set["keys"][0]["kid"], json!(KEY.kid), "the signing key comes first");
    assert!(tokens.public_key_pem().contains("BEGIN PUBLIC KEY"));
}

#[test]
fn impossible_lives_are_not_issued() {
    let tokens = tokens();
    for end in [at(0), at(-1), at(86_401)] {
        assert!(tokens.issue(&AccessClaims { expires_at: end, ..claims() }).is_err());
    }
    assert!(tokens.issue(&AccessClaims { expires_at: at(86_400), ..claims() }).is_ok());
}

#[test]
fn parts_of_a_second_are_cut() {
    let tokens = tokens();
    let ms = TimeDelta::milliseconds(999);
    let exact = AccessClaims { issued_at: at(0) + ms, expires_at: at(600) + ms, ..claims() };
    assert_eq!(tokens.verify(&tokens.issue(&exact).unwrap(), at(1)), Ok(claims()));
}
