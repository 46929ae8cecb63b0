"""The console: its pages come through CloudFront, over TLS, with headers that keep a browser safe."""

import json
from collections.abc import Iterator

from policy.templates import Json, refers, resources

_HEADERS = {
    "StrictTransportSecurity",
    "ContentTypeOptions",
    "FrameOptions",
    "ReferrerPolicy",
    "ContentSecurityPolicy",
}


def pages_come_by_cloudfront_alone(template: Json) -> Iterator[str]:
    """A bucket behind a distribution is read by that distribution and nobody else."""
    for name, body in resources(template, "AWS::CloudFront::Distribution").items():
        for origin in body["Properties"]["DistributionConfig"]["Origins"]:
            if "CustomOriginConfig" in origin:
                if origin["CustomOriginConfig"].get("OriginProtocolPolicy") != "https-only":
                    yield f"{name} speaks without TLS to {origin['Id']}"
            elif not refers(origin.get("OriginAccessControlId"), "OriginAccess"):
                yield f"{name} reads {origin['Id']} as anybody"
    for name, body in resources(template, "AWS::S3::BucketPolicy").items():
        for statement in body["Properties"]["PolicyDocument"]["Statement"]:
            bound = "distribution/${Distribution}" in json.dumps(statement.get("Condition", {}))
            if statement["Effect"] == "Allow" and not bound:
                yield f"{name} lets others read than the distribution"


def pages_have_their_headers(template: Json) -> Iterator[str]:
    """Every answer of a distribution is over TLS and carries the security headers, without scripts from elsewhere."""
    for name, body in resources(template, "AWS::CloudFront::Distribution").items():
        config = body["Properties"]["DistributionConfig"]
        for behaviour in [config["DefaultCacheBehavior"], *config.get("CacheBehaviors", [])]:
            if behaviour["ViewerProtocolPolicy"] not in ("https-only", "redirect-to-https"):
                yield f"{name} speaks without TLS"
            if "ResponseHeadersPolicyId" not in behaviour:
                yield f"{name} answers without security headers"
    for name, body in resources(template, "AWS::CloudFront::ResponseHeadersPolicy").items():
        given = body["Properties"]["ResponseHeadersPolicyConfig"].get("SecurityHeadersConfig", {})
        yield from (f"{name} has no {missing}" for missing in sorted(_HEADERS - given.keys()))
        policy = json.dumps(given.get("ContentSecurityPolicy", {}))
        if "default-src 'self'" not in policy or "script-src" in policy or "frame-ancestors 'none'" not in policy:
            yield f"{name} lets other scripts or frames in"


RULES = (pages_come_by_cloudfront_alone, pages_have_their_headers)
