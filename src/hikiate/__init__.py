"""hikiate (引当): decides which stock serves which order."""

from pkgutil import extend_path

# On AWS the package lies in three layers and a function; without this line the first of them would hide the others.
__path__ = extend_path(__path__, __name__)
