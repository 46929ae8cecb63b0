# Sourced by the buildspecs: packages come from CodeArtifact, which passes on what the public index has.
# Sets PACKAGES_URL and PACKAGES_TOKEN; the token ends after the build.
PACKAGES_URL=$(aws codeartifact get-repository-endpoint --domain "$CODEARTIFACT_DOMAIN" \
    --repository "$CODEARTIFACT_REPOSITORY" --format pypi --query repositoryEndpoint --output text) &&
PACKAGES_TOKEN=$(aws codeartifact get-authorization-token --domain "$CODEARTIFACT_DOMAIN" \
    --duration-seconds 7200 --query authorizationToken --output text) &&
PIP_INDEX_URL="${PACKAGES_URL/:\/\//:\/\/aws:$PACKAGES_TOKEN@}simple/" &&
UV_DEFAULT_INDEX="$PIP_INDEX_URL" &&
export PACKAGES_URL PACKAGES_TOKEN PIP_INDEX_URL UV_DEFAULT_INDEX
